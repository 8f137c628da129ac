using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>Adds the rows to a model. Whatever a host's conventions could change is said.</summary>
internal sealed class RowTypes(RefreshTokenRotationModelOptions options)
{
    /// <summary>Room for the next version of a row on its page. Other providers take no notice.</summary>
    private const string FillFactor = "Npgsql:StorageParameter:fillfactor";

    public void AddTo(ModelBuilder model)
    {
        model.Entity<FamilyRow>(AddFamilies).Entity<LockRow>(AddLocks).Entity<PolicyRow>(AddPolicies);
        if (options.ReplaysTable is { } table)
        {
            model.Entity<ReplayRow>(entity => AddReplays(entity, table));
        }

        // No migration knows of it, and queries on other databases don't use it.
        model.HasDbFunction(((Func<bool>)ServerRole.IsInRecovery).Method).HasName("pg_is_in_recovery").IsBuiltIn();
    }

    /// <summary>Takes back what a host says for all properties of a type: a conversion may lose something, and a column type may be too short.</summary>
    private static void Reset(EntityTypeBuilder entity)
    {
        foreach (var property in entity.Metadata.GetProperties())
        {
            property.SetValueConverter((ValueConverter?)null);
            property.SetValueComparer((ValueComparer?)null);
            property.SetProviderClrType(null);
            property.SetColumnType(null);
            property.SetCollation(null);
            property.SetPrecision(null);
            property.SetScale(null);
            property.IsConcurrencyToken = false;
            property.ValueGenerated = ValueGenerated.Never;
        }
    }

    private void AddFamilies(EntityTypeBuilder<FamilyRow> entity)
    {
        entity.ToTable(options.FamiliesTable, options.Schema).HasAnnotation(FillFactor, 60);
        Reset(entity);
        entity.HasKey(row => row.LookupKey);
        Bytes(entity, nameof(FamilyRow.LookupKey), required: true);
        Bytes(entity, nameof(FamilyRow.SecretHash), required: true);
        Bytes(entity, nameof(FamilyRow.Salt), required: false);
        entity.Property(row => row.Trail).HasMaxLength(TokenTrail.MaxSize).IsFixedLength(false).IsRequired(false);
        Text(entity, nameof(FamilyRow.TenantId), RequestLimits.IdentifierLength, required: true);
        Text(entity, nameof(FamilyRow.Subject), RequestLimits.IdentifierLength, required: true);
        Text(entity, nameof(FamilyRow.ClientId), RequestLimits.IdentifierLength, required: true);
        Text(entity, nameof(FamilyRow.SessionId), RequestLimits.IdentifierLength);
        Text(entity, nameof(FamilyRow.AuthorizationId), RequestLimits.IdentifierLength);
        Text(entity, nameof(FamilyRow.SenderKeyThumbprint), RequestLimits.IdentifierLength);
        Text(entity, nameof(FamilyRow.Acr), RequestLimits.IdentifierLength);
        Text(entity, nameof(FamilyRow.FirstIpAddress), RequestLimits.IpAddressLength);
        Text(entity, nameof(FamilyRow.FirstUserAgent), RequestLimits.UserAgentLength);
        Text(entity, nameof(FamilyRow.FirstDeviceName), RequestLimits.DeviceNameLength);
        Text(entity, nameof(FamilyRow.LastIpAddress), RequestLimits.IpAddressLength);
        Text(entity, nameof(FamilyRow.LastUserAgent), RequestLimits.UserAgentLength);
        Text(entity, nameof(FamilyRow.LastDeviceName), RequestLimits.DeviceNameLength);

        // Too long at worst for the rows of some databases: bounded by the requests, and not by the column.
        Text(entity, nameof(FamilyRow.Scopes), null);
        Text(entity, nameof(FamilyRow.Resources), null);
        Text(entity, nameof(FamilyRow.Amr), null);
        Text(entity, nameof(FamilyRow.Metadata), null);

        // None on a column that a rotation changes; every list is in the order of log-in, and so is every index that a list walks.
        entity.HasIndex(row => row.FamilyId).IsUnique();
        entity.HasIndex(row => new { row.TenantId, row.Subject, row.CreatedAt, row.FamilyId });
        entity.HasIndex(row => new { row.TenantId, row.ClientId, row.CreatedAt, row.FamilyId });
        entity.HasIndex(row => new { row.TenantId, row.CreatedAt, row.FamilyId });
        entity.HasIndex(row => new { row.TenantId, row.SessionId, row.CreatedAt, row.FamilyId });
        entity.HasIndex(row => new { row.TenantId, row.AuthorizationId, row.CreatedAt, row.FamilyId });
        entity.HasIndex(row => row.PruneBucket);
    }

    private void AddLocks(EntityTypeBuilder<LockRow> entity)
    {
        entity.ToTable(options.LocksTable, options.Schema).HasAnnotation(FillFactor, 20);
        Reset(entity);
        entity.HasKey(row => row.Bucket);
    }

    private void AddPolicies(EntityTypeBuilder<PolicyRow> entity)
    {
        entity.ToTable(options.PoliciesTable, options.Schema);
        Reset(entity);
        entity.HasKey(row => row.Key);
        Bytes(entity, nameof(PolicyRow.Key), required: true);
        Text(entity, nameof(PolicyRow.TenantId), RequestLimits.IdentifierLength, required: true);
        Text(entity, nameof(PolicyRow.ClientId), RequestLimits.IdentifierLength, required: true);
        Text(entity, nameof(PolicyRow.Policy), null, required: true);
    }

    private void AddReplays(EntityTypeBuilder<ReplayRow> entity, string table)
    {
        entity.ToTable(table, options.Schema);
        Reset(entity);
        entity.HasKey(row => row.Key);
        Bytes(entity, nameof(ReplayRow.Key), required: true);
        entity.HasIndex(row => row.ExpiresAt);
    }

    private static void Bytes(EntityTypeBuilder entity, string name, bool required) =>
        entity.Property<byte[]>(name).HasMaxLength(Opaque256.Size).IsFixedLength().IsRequired(required);

    private void Text(EntityTypeBuilder entity, string name, int? maxLength, bool required = false)
    {
        var property = entity.Property<string>(name).IsUnicode().IsFixedLength(false).IsRequired(required);
        property.Metadata.SetMaxLength(maxLength);
        if (options.Collation is { } collation)
        {
            property.UseCollation(collation);
        }
    }
}
