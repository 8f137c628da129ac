using Npgsql;
using NpgsqlTypes;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>The places of a family's changeable columns in a statement, in the order in which statements name them.</summary>
internal sealed class FamilyValues(NpgsqlParameterCollection parameters)
{
    private readonly NpgsqlParameter<long> _version = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<short> _kind = parameters.AddPlace<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<long> _generation = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<byte[]> _secretHash = parameters.AddPlace<byte[]>(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<byte[]?> _salt = parameters.AddPlace<byte[]?>(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<long> _rotatedAt = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long> _leewayUntil = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long> _recoverUntil = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long> _absoluteExpiresAt = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long> _idleExpiresAt = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long> _lastUsedAt = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long> _revokedAt = parameters.AddPlace<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<short> _reason = parameters.AddPlace<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<int> _pruneBucket = parameters.AddPlace<int>(NpgsqlDbType.Integer);
    private readonly NpgsqlParameter<string?> _address = parameters.AddPlace<string?>(NpgsqlDbType.Text);
    private readonly NpgsqlParameter<string?> _agent = parameters.AddPlace<string?>(NpgsqlDbType.Text);
    private readonly NpgsqlParameter<string?> _device = parameters.AddPlace<string?>(NpgsqlDbType.Text);
    private readonly NpgsqlParameter<string[]?> _metadata = parameters.AddPlace<string[]?>(NpgsqlDbType.Array | NpgsqlDbType.Text);

    public void Set(TokenFamily family)
    {
        _version.TypedValue = family.Version;
        _kind.TypedValue = (short)family.RotationType;
        _generation.TypedValue = family.Generation;
        family.SecretHash.CopyTo(_secretHash.TypedValue ??= new byte[Opaque256.Size]);
        _salt.TypedValue = family.Salt?.ToArray();
        _rotatedAt.TypedValue = Ticks(family.RotatedAt);
        _leewayUntil.TypedValue = Ticks(family.LeewayUntil);
        _recoverUntil.TypedValue = Ticks(family.RecoverUntil);
        _absoluteExpiresAt.TypedValue = Ticks(family.AbsoluteExpiresAt);
        _idleExpiresAt.TypedValue = Ticks(family.IdleExpiresAt);
        _lastUsedAt.TypedValue = Ticks(family.LastUsedAt);
        _revokedAt.TypedValue = Ticks(family.RevokedAt);
        _reason.TypedValue = family.RevocationReason is { } reason ? (short)reason : (short)0;
        _pruneBucket.TypedValue = PruneBucket.Of(family);
        _address.TypedValue = Address(family.LastDevice);
        _agent.TypedValue = family.LastDevice?.UserAgent;
        _device.TypedValue = family.LastDevice?.Name;
        _metadata.TypedValue = family.Metadata.Count == 0 ? null : [.. family.Metadata.SelectMany(static entry => new[] { entry.Key, entry.Value })];
    }

    /// <summary>Zero for none.</summary>
    public static long Ticks(DateTimeOffset? time) => time?.UtcTicks ?? 0;

    /// <summary>A device of which nothing is known is told from none by an empty address.</summary>
    public static string? Address(DeviceInfo? device) =>
        device is { IpAddress: null, UserAgent: null, Name: null } ? string.Empty : device?.IpAddress;
}
