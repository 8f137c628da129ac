using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Relational;

/// <summary>The columns of a family, in the one order in which statements write and read them.</summary>
internal static class FamilyColumns
{
    /// <summary>What a swap writes. The day of pruning goes before them: it is written and never read.</summary>
    public static readonly string[] Changes =
    [
        "version", "kind", "generation", "secret_hash", "salt", "rotated_at", "leeway_until", "recover_until", "absolute_expires_at",
        "idle_expires_at", "last_used_at", "revoked_at", "revocation_reason", "last_ip_address", "last_user_agent", "last_device_name", "metadata",
        "trail",
    ];

    /// <summary>What the log-in fixed.</summary>
    public static readonly string[] Grant =
    [
        "lookup_key", "family_id", "created_at", "authentication_time", "tenant_id", "subject", "client_id", "session_id", "authorization_id",
        "sender_key_thumbprint", "acr", "scopes", "resources", "amr", "first_ip_address", "first_user_agent", "first_device_name",
    ];

    /// <summary>Every column but the day of pruning: what <see cref="Read"/> reads.</summary>
    public static readonly string All = string.Join(", ", [.. Changes, .. Grant]);

    /// <summary>How many <see cref="All"/> has: the place of what a statement adds behind them.</summary>
    public static readonly int Count = Changes.Length + Grant.Length;

    /// <summary>Binds the day of pruning, then <see cref="Changes"/>.</summary>
    public static T BindChanges<T>(this T values, TokenFamily family)
        where T : IValueWriter<T> => values
        .Bind(PruneDay.Of(family))
        .Bind(family.Version)
        .Bind((long)family.RotationType)
        .Bind(family.Generation)
        .Bind(family.SecretHash)
        .Bind(family.Salt)
        .Bind(FamilyValues.Ticks(family.RotatedAt))
        .Bind(FamilyValues.Ticks(family.LeewayUntil))
        .Bind(FamilyValues.Ticks(family.RecoverUntil))
        .Bind(FamilyValues.Ticks(family.AbsoluteExpiresAt))
        .Bind(FamilyValues.Ticks(family.IdleExpiresAt))
        .Bind(FamilyValues.Ticks(family.LastUsedAt))
        .Bind(FamilyValues.Ticks(family.RevokedAt))
        .Bind((long)(family.RevocationReason ?? default))
        .BindDevice(family.LastDevice)
        .Bind(FamilyValues.Pairs(family.Metadata))
        .Bind(family.Trail);

    /// <summary>Binds <see cref="Grant"/>.</summary>
    public static T BindGrant<T>(this T values, FamilyGrant grant)
        where T : IValueWriter<T> => values
        .Bind(grant.LookupKey)
        .Bind(grant.FamilyId)
        .Bind(grant.CreatedAt.UtcTicks)
        .Bind(FamilyValues.Ticks(grant.AuthenticationTime))
        .Bind(grant.TenantId)
        .Bind(grant.Subject)
        .Bind(grant.ClientId)
        .Bind(grant.SessionId)
        .Bind(grant.AuthorizationId)
        .Bind(grant.SenderKeyThumbprint)
        .Bind(grant.Acr)
        .Bind(grant.Scopes)
        .Bind(grant.Resources)
        .Bind(grant.Amr)
        .BindDevice(grant.FirstDevice);

    /// <summary>Reads the family from <see cref="All"/>.</summary>
    public static TokenFamily Read<T>(T row)
        where T : IFamilyReader => new()
        {
            Version = row.Int64(0),
            RotationType = (RotationType)row.Int64(1),
            Generation = row.Int64(2),
            SecretHash = row.Opaque(3),
            Salt = row.IsNull(4) ? null : row.Opaque(4),
            RotatedAt = FamilyValues.Time(row.Int64(5)),
            LeewayUntil = FamilyValues.Time(row.Int64(6)),
            RecoverUntil = FamilyValues.Time(row.Int64(7)),
            AbsoluteExpiresAt = FamilyValues.Time(row.Int64(8)),
            IdleExpiresAt = FamilyValues.Time(row.Int64(9)),
            LastUsedAt = FamilyValues.Time(row.Int64(10)),
            RevokedAt = FamilyValues.Time(row.Int64(11)),
            RevocationReason = row.Int64(12) is var reason and not 0 ? (RevocationReason)reason : null,
            LastDevice = FamilyValues.Device(row.Text(13), row.Text(14), row.Text(15)),
            Metadata = FamilyValues.Metadata(row.Texts(16)),
            Trail = row.IsNull(17) ? null : row.Trail(17),
            Grant = new FamilyGrant
            {
                LookupKey = row.Opaque(18),
                FamilyId = row.Guid(19),
                CreatedAt = new DateTimeOffset(row.Int64(20), TimeSpan.Zero),
                AuthenticationTime = FamilyValues.Time(row.Int64(21)),
                TenantId = row.Text(22)!,
                Subject = row.Text(23)!,
                ClientId = row.Text(24)!,
                SessionId = row.Text(25),
                AuthorizationId = row.Text(26),
                SenderKeyThumbprint = row.Text(27),
                Acr = row.Text(28),
                Scopes = row.Texts(29),
                Resources = row.Texts(30),
                Amr = row.Texts(31),
                FirstDevice = FamilyValues.Device(row.Text(32), row.Text(33), row.Text(34)),
            },
        };

    private static T BindDevice<T>(this T values, DeviceInfo? device)
        where T : IValueWriter<T> => values.Bind(FamilyValues.Address(device)).Bind(device?.UserAgent).Bind(device?.Name);
}

/// <summary>Binds one value after the other to the places of a statement.</summary>
internal interface IValueWriter<TSelf>
    where TSelf : IValueWriter<TSelf>
{
    TSelf Bind(long value);

    TSelf Bind(string? value);

    TSelf Bind(Guid value);

    TSelf Bind(Opaque256? value);

    TSelf Bind(TokenTrail? value);

    /// <summary>An empty list is stored as NULL.</summary>
    TSelf Bind(IReadOnlyCollection<string> texts);
}

/// <summary>Reads the columns of one row.</summary>
internal interface IFamilyReader
{
    bool IsNull(int column);

    long Int64(int column);

    string? Text(int column);

    Guid Guid(int column);

    Opaque256 Opaque(int column);

    TokenTrail Trail(int column);

    string[] Texts(int column);
}
