using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>One family as a row. Times are UTC ticks, 0 for none.</summary>
internal sealed class FamilyRow
{
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
        return new FamilyRow
        {
            LookupKey = grant.LookupKey.ToArray(),
            FamilyId = grant.FamilyId,
            Version = family.Version,
            Generation = family.Generation,
            CreatedAt = grant.CreatedAt.UtcTicks,
            RotatedAt = FamilyValues.Ticks(family.RotatedAt),
            LeewayUntil = FamilyValues.Ticks(family.LeewayUntil),
            RecoverUntil = FamilyValues.Ticks(family.RecoverUntil),
            AbsoluteExpiresAt = FamilyValues.Ticks(family.AbsoluteExpiresAt),
            IdleExpiresAt = FamilyValues.Ticks(family.IdleExpiresAt),
            LastUsedAt = FamilyValues.Ticks(family.LastUsedAt),
            RevokedAt = FamilyValues.Ticks(family.RevokedAt),
            AuthenticationTime = FamilyValues.Ticks(grant.AuthenticationTime),
            PruneBucket = PruneDay.Of(family),
            Kind = (short)family.RotationType,
            RevocationReason = (short)(family.RevocationReason ?? default),
            SecretHash = family.SecretHash.ToArray(),
            Salt = family.Salt?.ToArray(),
            Trail = family.Trail?.ToArray(),
            TenantId = grant.TenantId,
            Subject = grant.Subject,
            ClientId = grant.ClientId,
            SessionId = grant.SessionId,
            AuthorizationId = grant.AuthorizationId,
            SenderKeyThumbprint = grant.SenderKeyThumbprint,
            Acr = grant.Acr,
            Scopes = TextList.Write(grant.Scopes),
            Resources = TextList.Write(grant.Resources),
            Amr = TextList.Write(grant.Amr),
            FirstIpAddress = FamilyValues.Address(grant.FirstDevice),
            FirstUserAgent = grant.FirstDevice?.UserAgent,
            FirstDeviceName = grant.FirstDevice?.Name,
            LastIpAddress = FamilyValues.Address(family.LastDevice),
            LastUserAgent = family.LastDevice?.UserAgent,
            LastDeviceName = family.LastDevice?.Name,
            Metadata = TextList.Write(FamilyValues.Pairs(family.Metadata)),
        };
    }

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
