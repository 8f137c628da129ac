namespace RefreshTokenRotation;

/// <summary>Which families: those of one tenant that meet every condition that is set.</summary>
public sealed record TokenFamilyFilter
{
    /// <summary>As <see cref="Resource"/>: families that were issued for no resource server.</summary>
    public const string NoResource = "";

    /// <summary>The tenant. Always a condition. Default: empty, for hosts without tenants.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>Only this family.</summary>
    public Guid? FamilyId { get; init; }

    /// <summary>All but this family ("log out everywhere else").</summary>
    public Guid? ExceptFamilyId { get; init; }

    /// <summary>Families of this user.</summary>
    public string? Subject { get; init; }

    /// <summary>Families of this client.</summary>
    public string? ClientId { get; init; }

    /// <summary>Families that were issued for this resource server, alone or among others; <see cref="NoResource"/> for none.</summary>
    public string? Resource { get; init; }

    /// <summary>Families of this session at the host.</summary>
    public string? SessionId { get; init; }

    /// <summary>Families that came from this authorization code or log-in. Name the subject too if you know it: stores index it.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>Families of this kind.</summary>
    public RotationType? RotationType { get; init; }

    /// <summary>Families in this state, at the time of the call.</summary>
    public FamilyState? State { get; init; }

    /// <summary>Families whose log-in was at this instant or before.</summary>
    public DateTimeOffset? CreatedNoLaterThan { get; init; }

    internal bool IsWholeTenant { get; private init; }

    internal bool NamesSomething =>
        IsWholeTenant || FamilyId is not null || Subject is not null || ClientId is not null || SessionId is not null || AuthorizationId is not null;

    /// <summary>One family.</summary>
    /// <param name="familyId">The family.</param>
    public static TokenFamilyFilter ForFamily(Guid familyId) => new() { FamilyId = familyId };

    /// <summary>One grant: what a user allowed a client to do at a resource server.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="resource">The resource server; <see cref="NoResource"/> for none.</param>
    public static TokenFamilyFilter ForGrant(string subject, string clientId, string resource) =>
        new() { Subject = NotNull(subject), ClientId = NotNull(clientId), Resource = NotNull(resource) };

    /// <summary>One user at one client.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="clientId">The client.</param>
    public static TokenFamilyFilter ForUserAndClient(string subject, string clientId) =>
        new() { Subject = NotNull(subject), ClientId = NotNull(clientId) };

    /// <summary>One user at every client.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="except">A family that is left out, if any.</param>
    public static TokenFamilyFilter ForUser(string subject, Guid? except = null) =>
        new() { Subject = NotNull(subject), ExceptFamilyId = except };

    /// <summary>One session at the host.</summary>
    /// <param name="sessionId">The session.</param>
    public static TokenFamilyFilter ForSession(string sessionId) => new() { SessionId = NotNull(sessionId) };

    /// <summary>Every user of one client.</summary>
    /// <param name="clientId">The client.</param>
    public static TokenFamilyFilter ForClient(string clientId) => new() { ClientId = NotNull(clientId) };

    /// <summary>A whole tenant. Only this filter revokes without naming anything else.</summary>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    public static TokenFamilyFilter ForTenant(string tenantId) => new() { TenantId = NotNull(tenantId), IsWholeTenant = true };

    /// <summary>Whether a family meets every condition. Stores that filter in a query language need this only in tests.</summary>
    /// <param name="family">The family.</param>
    /// <param name="now">The time of the call.</param>
    /// <exception cref="ArgumentNullException"><paramref name="family"/> is null.</exception>
    public bool Matches(TokenFamily family, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(family);
        var grant = family.Grant;
        return string.Equals(TenantId, grant.TenantId, StringComparison.Ordinal)
            && (FamilyId is null || FamilyId == grant.FamilyId)
            && (ExceptFamilyId is null || ExceptFamilyId != grant.FamilyId)
            && Allows(Subject, grant.Subject)
            && Allows(ClientId, grant.ClientId)
            && Allows(SessionId, grant.SessionId)
            && Allows(AuthorizationId, grant.AuthorizationId)
            && (Resource is null || (Resource.Length == 0 ? grant.Resources.Count == 0 : grant.Resources.Contains(Resource, StringComparer.Ordinal)))
            && (RotationType is null || RotationType == family.RotationType)
            && (CreatedNoLaterThan is null || grant.CreatedAt <= CreatedNoLaterThan)
            && (State is null || State == family.GetState(now));
    }

    private static bool Allows(string? condition, string? value) => condition is null || string.Equals(condition, value, StringComparison.Ordinal);

    private static string NotNull(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }
}
