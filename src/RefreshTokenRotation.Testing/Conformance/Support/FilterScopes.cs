namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Every condition of a filter, and families on both sides of it.</summary>
internal static class FilterScopes
{
    /// <summary>The conditions. Each filter is made for the first family of <see cref="CreateFamilies"/>.</summary>
    public static IReadOnlyList<(string Name, string Clause, Func<TokenFamily, TokenFamilyFilter> Filter)> All { get; } =
    [
        ("tenant", "TenantId is always a condition.", static _ => TokenFamilyFilter.ForTenant(string.Empty)),
        ("family", "FamilyId means this family alone.", static family => TokenFamilyFilter.ForFamily(family.Grant.FamilyId)),
        ("other-families", "ExceptFamilyId means all but this family.", static family => TokenFamilyFilter.ForUser("alice", family.Grant.FamilyId)),
        ("user", "Subject means families of this user.", static _ => TokenFamilyFilter.ForUser("alice")),
        ("client", "ClientId means families of this client.", static _ => TokenFamilyFilter.ForClient("web")),
        ("user-and-client", "Every condition that is set must be met.", static _ => TokenFamilyFilter.ForUserAndClient("alice", "web")),
        ("resource", "Resource means families that were issued for it, alone or with others.", static _ => TokenFamilyFilter.ForGrant("alice", "web", "https://api.example")),
        ("no-resource", "NoResource means families that were issued for no resource server.", static _ => TokenFamilyFilter.ForGrant("alice", "web", TokenFamilyFilter.NoResource)),
        ("session", "SessionId means families of this session.", static _ => TokenFamilyFilter.ForSession("session")),
        ("authorization", "AuthorizationId means families that came from this authorization.", static _ => new TokenFamilyFilter { AuthorizationId = "code" }),
        ("kind", "RotationType means families of this type.", static _ => new TokenFamilyFilter { Subject = "alice", RotationType = RotationType.NonRotating }),
        ("state-active", "State is judged at the time of the call: active.", static _ => new TokenFamilyFilter { Subject = "alice", State = FamilyState.Active }),
        ("state-expired", "State is judged at the time of the call: expired, and not revoked.", static _ => new TokenFamilyFilter { Subject = "alice", State = FamilyState.Expired }),
        ("state-revoked", "State is judged at the time of the call: revoked, even if expired since.", static _ => new TokenFamilyFilter { Subject = "alice", State = FamilyState.Revoked }),
        ("log-in-time", "CreatedNoLaterThan includes its own instant.", static _ => TokenFamilyFilter.ForUser("alice") with { CreatedNoLaterThan = SampleRows.Now.AddTicks(-5) }),
    ];

    /// <summary>Families that differ from the first one in what one condition or another asks for.</summary>
    public static IReadOnlyList<TokenFamily> CreateFamilies(SampleRows rows)
    {
        var now = SampleRows.Now;
        var first = rows.NewFamily() is var family
            ? family with
            {
                Grant = family.Grant with { Resources = ["https://api.example"], SessionId = "session", AuthorizationId = "code", CreatedAt = now.AddTicks(-5) },
                RotationType = RotationType.NonRotating,
            }
            : family;
        TokenFamily With(Func<FamilyGrant, FamilyGrant> change) => first with
        {
            Grant = change(first.Grant) with { LookupKey = rows.NewOpaque(), FamilyId = rows.NewId() },
            SecretHash = rows.NewOpaque(),
        };
        TokenFamily Same() => With(static grant => grant);

        return
        [
            first,
            Same(),
            With(static grant => grant with { TenantId = "other" }),
            With(static grant => grant with { Subject = "bob" }),
            With(static grant => grant with { ClientId = "phone" }),
            With(static grant => grant with { Resources = ["https://z.example", "https://api.example", "https://y.example"] }),
            With(static grant => grant with { Resources = ["https://api.example/v2"] }),
            With(static grant => grant with { Resources = [] }),
            With(static grant => grant with { SessionId = "other" }),
            With(static grant => grant with { SessionId = null }),
            With(static grant => grant with { AuthorizationId = "other" }),
            With(static grant => grant with { AuthorizationId = null }),
            With(grant => grant with { CreatedAt = now.AddTicks(-6) }),
            With(grant => grant with { CreatedAt = now.AddTicks(-4) }),
            Same() with { RotationType = RotationType.Rotating },
            Same() with { AbsoluteExpiresAt = now },
            Same() with { IdleExpiresAt = now, AbsoluteExpiresAt = now.AddDays(1) },
            Same() with { AbsoluteExpiresAt = now.AddTicks(1), IdleExpiresAt = now.AddTicks(1) },
            SampleRows.Revoked(Same(), now.AddHours(-1)),
            SampleRows.Revoked(Same() with { AbsoluteExpiresAt = now.AddDays(-1) }, now.AddDays(-2)),
        ];
    }
}
