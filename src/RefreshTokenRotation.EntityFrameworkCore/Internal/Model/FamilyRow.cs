using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>One family as a row. Times are UTC ticks, 0 for none.</summary>
internal sealed class FamilyRow
{
    /// <summary>The properties that a swap writes, beside the day of pruning.</summary>
    public static readonly string[] Changes =
    [
        nameof(Version), nameof(Kind), nameof(Generation), nameof(SecretHash), nameof(Salt), nameof(Trail), nameof(RotatedAt), nameof(LeewayUntil), nameof(RecoverUntil),
        nameof(AbsoluteExpiresAt), nameof(IdleExpiresAt), nameof(LastUsedAt), nameof(RevokedAt), nameof(RevocationReason), nameof(LastIpAddress), nameof(LastUserAgent),
        nameof(LastDeviceName), nameof(Metadata),
    ];

    public byte[] LookupKey { get; set; } = [];

    public Guid FamilyId { get; set; }

    public long Version { get; set; }

    public long Generation { get; set; }

    public long CreatedAt { get; set; }

    public long RotatedAt { get; set; }

    public long LeewayUntil { get; set; }

    public long RecoverUntil { get; set; }

    public long AbsoluteExpiresAt { get; set; }

    public long IdleExpiresAt { get; set; }

    public long LastUsedAt { get; set; }

    public long RevokedAt { get; set; }

    public long AuthenticationTime { get; set; }

    public int PruneBucket { get; set; }

    public short Kind { get; set; }

    public short RevocationReason { get; set; }

    public byte[] SecretHash { get; set; } = [];

    public byte[]? Salt { get; set; }

    public byte[]? Trail { get; set; }

    public string TenantId { get; set; } = string.Empty;

    public string Subject { get; set; } = string.Empty;

    public string ClientId { get; set; } = string.Empty;

    public string? SessionId { get; set; }

    public string? AuthorizationId { get; set; }

    public string? SenderKeyThumbprint { get; set; }

    public string? Acr { get; set; }

    public string? Scopes { get; set; }

    public string? Resources { get; set; }

    public string? Amr { get; set; }

    public string? FirstIpAddress { get; set; }

    public string? FirstUserAgent { get; set; }

    public string? FirstDeviceName { get; set; }

    public string? LastIpAddress { get; set; }

    public string? LastUserAgent { get; set; }

    public string? LastDeviceName { get; set; }

    public string? Metadata { get; set; }

    public static FamilyRow From(TokenFamily family)
    {
        var grant = family.Grant;
        var row = ChangesOf(family);
        row.FamilyId = grant.FamilyId;
        row.CreatedAt = grant.CreatedAt.UtcTicks;
        row.AuthenticationTime = FamilyValues.Ticks(grant.AuthenticationTime);
        row.TenantId = grant.TenantId;
        row.Subject = grant.Subject;
        row.ClientId = grant.ClientId;
        row.SessionId = grant.SessionId;
        row.AuthorizationId = grant.AuthorizationId;
        row.SenderKeyThumbprint = grant.SenderKeyThumbprint;
        row.Acr = grant.Acr;
        row.Scopes = TextList.Write(grant.Scopes);
        row.Resources = TextList.Write(grant.Resources);
        row.Amr = TextList.Write(grant.Amr);
        row.FirstIpAddress = FamilyValues.Address(grant.FirstDevice);
        row.FirstUserAgent = grant.FirstDevice?.UserAgent;
        row.FirstDeviceName = grant.FirstDevice?.Name;
        return row;
    }

    /// <summary>The key, the day of pruning and <see cref="Changes"/> alone.</summary>
    public static FamilyRow ChangesOf(TokenFamily family) => new()
    {
        LookupKey = family.Grant.LookupKey.ToArray(),
        Version = family.Version,
        Generation = family.Generation,
        RotatedAt = FamilyValues.Ticks(family.RotatedAt),
        LeewayUntil = FamilyValues.Ticks(family.LeewayUntil),
        RecoverUntil = FamilyValues.Ticks(family.RecoverUntil),
        AbsoluteExpiresAt = FamilyValues.Ticks(family.AbsoluteExpiresAt),
        IdleExpiresAt = FamilyValues.Ticks(family.IdleExpiresAt),
        LastUsedAt = FamilyValues.Ticks(family.LastUsedAt),
        RevokedAt = FamilyValues.Ticks(family.RevokedAt),
        PruneBucket = PruneDay.Of(family),
        Kind = (short)family.RotationType,
        RevocationReason = (short)(family.RevocationReason ?? default),
        SecretHash = family.SecretHash.ToArray(),
        Salt = family.Salt?.ToArray(),
        Trail = family.Trail?.ToArray(),
        LastIpAddress = FamilyValues.Address(family.LastDevice),
        LastUserAgent = family.LastDevice?.UserAgent,
        LastDeviceName = family.LastDevice?.Name,
        Metadata = TextList.Write(FamilyValues.Pairs(family.Metadata)),
    };

    public TokenFamily ToFamily() => new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = new Opaque256(LookupKey),
            FamilyId = FamilyId,
            TenantId = TenantId,
            Subject = Subject,
            ClientId = ClientId,
            CreatedAt = new DateTimeOffset(CreatedAt, TimeSpan.Zero),
            Scopes = TextList.Read(Scopes),
            Resources = TextList.Read(Resources),
            AuthorizationId = AuthorizationId,
            SessionId = SessionId,
            SenderKeyThumbprint = SenderKeyThumbprint,
            AuthenticationTime = FamilyValues.Time(AuthenticationTime),
            Acr = Acr,
            Amr = TextList.Read(Amr),
            FirstDevice = FamilyValues.Device(FirstIpAddress, FirstUserAgent, FirstDeviceName),
        },
        Version = Version,
        RotationType = (RotationType)Kind,
        Generation = Generation,
        SecretHash = new Opaque256(SecretHash),
        Salt = Salt is null ? null : new Opaque256(Salt),
        Trail = Trail is null ? null : new TokenTrail(Trail),
        RotatedAt = FamilyValues.Time(RotatedAt),
        LeewayUntil = FamilyValues.Time(LeewayUntil),
        RecoverUntil = FamilyValues.Time(RecoverUntil),
        AbsoluteExpiresAt = FamilyValues.Time(AbsoluteExpiresAt),
        IdleExpiresAt = FamilyValues.Time(IdleExpiresAt),
        LastUsedAt = FamilyValues.Time(LastUsedAt),
        RevokedAt = FamilyValues.Time(RevokedAt),
        RevocationReason = RevocationReason == 0 ? null : (RevocationReason)RevocationReason,
        LastDevice = FamilyValues.Device(LastIpAddress, LastUserAgent, LastDeviceName),
        Metadata = FamilyValues.Metadata(TextList.Read(Metadata)),
    };
}
