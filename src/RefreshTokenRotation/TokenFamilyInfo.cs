namespace RefreshTokenRotation;

/// <summary>A family as hosts and users may see it, at one moment: no secret, no hash, no selector.</summary>
public sealed class TokenFamilyInfo
{
    private readonly TokenFamily _family;

    internal TokenFamilyInfo(TokenFamily family) => _family = family;

    /// <summary>The public id. It stays the same through rotations and conversions.</summary>
    public Guid FamilyId => _family.Grant.FamilyId;

    /// <summary>The tenant; empty for hosts without tenants.</summary>
    public string TenantId => _family.Grant.TenantId;

    /// <summary>The user.</summary>
    public string Subject => _family.Grant.Subject;

    /// <summary>The client.</summary>
    public string ClientId => _family.Grant.ClientId;

    /// <summary>The granted scope.</summary>
    public IReadOnlyList<string> Scopes => _family.Grant.Scopes;

    /// <summary>The granted resource servers.</summary>
    public IReadOnlyList<string> Resources => _family.Grant.Resources;

    /// <summary>The authorization code or log-in that the family came from.</summary>
    public string? AuthorizationId => _family.Grant.AuthorizationId;

    /// <summary>The user's session at the host.</summary>
    public string? SessionId => _family.Grant.SessionId;

    /// <summary>Whether every use must prove a key (DPoP or mTLS).</summary>
    public bool IsSenderConstrained => _family.Grant.SenderKeyThumbprint is not null;

    /// <summary>When the user authenticated.</summary>
    public DateTimeOffset? AuthenticationTime => _family.Grant.AuthenticationTime;

    /// <summary>The authentication context class.</summary>
    public string? Acr => _family.Grant.Acr;

    /// <summary>The authentication methods.</summary>
    public IReadOnlyList<string> Amr => _family.Grant.Amr;

    /// <summary>Rotating or non-rotating.</summary>
    public RotationType RotationType => _family.RotationType;

    /// <summary>How many times the family has rotated.</summary>
    public long Generation => _family.Generation;

    /// <summary>Counts the writes of the family. It puts the events of calls that ran at once into the order of their writes.</summary>
    public long Version => _family.Version;

    /// <summary>When the user logged in.</summary>
    public DateTimeOffset CreatedAt => _family.Grant.CreatedAt;

    /// <summary>When the current token replaced its predecessor; null if it is the first.</summary>
    public DateTimeOffset? RotatedAt => _family.RotatedAt;

    /// <summary>When a token of the family was last exchanged; null if never, or if the family does not expire.</summary>
    public DateTimeOffset? LastUsedAt => _family.LastUsedAt;

    /// <summary>Until when the previous token may displace a lost successor; null if it may not, or if the use of the current one was confirmed
    /// (<see cref="ITokenFamilyManager.ConfirmUseAsync"/>).</summary>
    public DateTimeOffset? RecoverUntil => _family.RecoverUntil;

    /// <summary>The absolute expiry; null if there is none.</summary>
    public DateTimeOffset? AbsoluteExpiresAt => _family.AbsoluteExpiresAt;

    /// <summary>The idle expiry; null if there is none.</summary>
    public DateTimeOffset? IdleExpiresAt => _family.IdleExpiresAt;

    /// <summary>When the family was revoked; null if it was not.</summary>
    public DateTimeOffset? RevokedAt => _family.RevokedAt;

    /// <summary>Why it was revoked; null if it was not.</summary>
    public RevocationReason? RevocationReason => _family.RevocationReason;

    /// <summary>The device that logged in.</summary>
    public DeviceInfo? FirstDevice => _family.Grant.FirstDevice;

    /// <summary>The device that used the family last.</summary>
    public DeviceInfo? LastDevice => _family.LastDevice;

    /// <summary>The host's own data.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _family.Metadata;

    /// <summary>Whether the family is active.</summary>
    /// <param name="now">The time of the question.</param>
    /// <returns>Its state at that time.</returns>
    public FamilyState GetState(DateTimeOffset now) => _family.GetState(now);

    /// <summary>The family's id and generation.</summary>
    /// <returns>A text without any secret.</returns>
    public override string ToString() => _family.ToString();
}
