using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[TestFixture]
internal sealed class RevokeTests
{
    private static readonly DateTimeOffset T = FakeTime.Start;
    private static readonly DateTimeOffset Later = T.AddHours(1);

    private static readonly TokenFamily Target =
        Rows.New("alice", "spa", "t", session: "s", createdAt: T, id: 900_001, authorization: "code", "api", "files");

    private static IEnumerable<TestCaseData> Conditions()
    {
        yield return Case("tenant", new TokenFamilyFilter { TenantId = "t" }, grant => grant with { TenantId = "T" });
        yield return Case("family id", new TokenFamilyFilter { TenantId = "t", FamilyId = Target.Grant.FamilyId }, grant => grant);
        yield return Case("except", new TokenFamilyFilter { TenantId = "t", ExceptFamilyId = Rows.Id(900_002) }, grant => grant);
        yield return Case("subject", new TokenFamilyFilter { TenantId = "t", Subject = "alice" }, grant => grant with { Subject = "Alice" });
        yield return Case("client", new TokenFamilyFilter { TenantId = "t", ClientId = "spa" }, grant => grant with { ClientId = "SPA" });
        yield return Case("session", new TokenFamilyFilter { TenantId = "t", SessionId = "s" }, grant => grant with { SessionId = "S" });
        yield return Case("no session", new TokenFamilyFilter { TenantId = "t", SessionId = "s" }, grant => grant with { SessionId = null });
        yield return Case("authorization", new TokenFamilyFilter { TenantId = "t", AuthorizationId = "code" }, grant => grant with { AuthorizationId = "CODE" });
        yield return Case("no authorization", new TokenFamilyFilter { TenantId = "t", AuthorizationId = "code" }, grant => grant with { AuthorizationId = null });
        yield return Case("resource", new TokenFamilyFilter { TenantId = "t", Resource = "files" }, grant => grant with { Resources = ["api"] });
        yield return Case("log-in time", new TokenFamilyFilter { TenantId = "t", CreatedNoLaterThan = T }, grant => grant with { CreatedAt = T.AddTicks(1) });
    }

    [TestCaseSource(nameof(Conditions))]
    public async Task Every_condition_tells_a_family_from_one_that_differs_in_it_alone(TokenFamilyFilter filter, TokenFamily other)
    {
        foreach (var delete in new[] { false, true })
        {
            var store = new InMemoryTokenStore();
            await store.AddAllAsync(Target, other);

            (await store.RevokeAsync(filter, delete, Later)).Should().Be(1);

            (await store.FindAsync(other)).Should().Be(other);
            (await store.FindAsync(Target)).Should().Be(delete ? null : Target.Revoke(Later, RevocationReason.Administrator));
            (await store.RevokeAsync(filter, delete, Later)).Should().Be(0, "it is idempotent");
        }
    }

    [TestCase(RotationType.Rotating)]
    [TestCase(RotationType.NonRotating)]
    public async Task Kind_is_a_condition(RotationType kind)
    {
        var store = new InMemoryTokenStore();
        var rotating = Rows.New();
        var reusable = Rows.New() with { RotationType = RotationType.NonRotating };
        await store.AddAllAsync(rotating, reusable);

        (await store.RevokeAsync(new TokenFamilyFilter { RotationType = kind })).Should().Be(1);

        (await store.FindAsync(kind == RotationType.Rotating ? rotating : reusable))!.RevokedAt.Should().NotBeNull();
    }

    [TestCase(FamilyState.Active)]
    [TestCase(FamilyState.Revoked)]
    [TestCase(FamilyState.Expired)]
    public async Task State_is_judged_by_the_time_of_the_call(FamilyState state)
    {
        var store = new InMemoryTokenStore();
        var active = Rows.New() with { IdleExpiresAt = Later.AddTicks(1) };
        var expired = Rows.New() with { IdleExpiresAt = Later };
        var revoked = Rows.New().Revoke(T, RevocationReason.User);
        await store.AddAllAsync(active, expired, revoked);

        (await store.RevokeAsync(new TokenFamilyFilter { State = state }, delete: true, Later)).Should().Be(1);

        var gone = state switch { FamilyState.Active => active, FamilyState.Expired => expired, _ => revoked };
        (await store.FindAsync(gone)).Should().BeNull();
        (await store.ListAsync(new TokenFamilyFilter())).Should().HaveCount(2);
    }

    [Test]
    public async Task No_resource_matches_families_without_any()
    {
        var store = new InMemoryTokenStore();
        var none = Rows.New();
        var some = Rows.New(resources: "api");
        await store.AddAllAsync(none, some);

        (await store.RevokeAsync(TokenFamilyFilter.ForGrant("alice", "spa", TokenFamilyFilter.NoResource))).Should().Be(1);

        (await store.FindAsync(none))!.RevokedAt.Should().NotBeNull();
        (await store.FindAsync(some)).Should().Be(some);
    }

    [Test]
    public async Task Revocation_sets_instant_reason_and_version_and_clears_the_salt()
    {
        var store = new InMemoryTokenStore();
        var family = Rows.New().Rotated(T) with { LeewayUntil = Later };
        await store.AddAsync(family);

        var revocation = new FamilyRevocation(T.AddMinutes(3), RevocationReason.SessionEnded, Later, Delete: false);
        await store.RevokeAsync(TokenFamilyFilter.ForUser("alice"), revocation, CancellationToken.None);

        (await store.FindAsync(family)).Should().Be(family with
        {
            Version = family.Version + 1,
            RevokedAt = T.AddMinutes(3),
            RevocationReason = RevocationReason.SessionEnded,
            Salt = null,
        });
    }

    [Test]
    public async Task Revoked_rows_are_left_as_they_are_unless_they_are_deleted()
    {
        var store = new InMemoryTokenStore();
        var revoked = Rows.New().Revoke(T, RevocationReason.ReuseDetected);
        await store.AddAsync(revoked);

        (await store.RevokeAsync(TokenFamilyFilter.ForUser("alice"), now: Later)).Should().Be(0);
        (await store.FindAsync(revoked)).Should().Be(revoked);

        (await store.RevokeAsync(TokenFamilyFilter.ForUser("alice"), delete: true, Later)).Should().Be(1);
        (await store.FindAsync(revoked)).Should().BeNull();
    }

    [Test]
    public async Task Expired_rows_are_revoked_too()
    {
        var store = new InMemoryTokenStore();
        await store.AddAsync(Rows.New() with { AbsoluteExpiresAt = T });

        (await store.RevokeAsync(TokenFamilyFilter.ForUser("alice"), now: Later)).Should().Be(1);
    }

    private static TestCaseData Case(string name, TokenFamilyFilter filter, Func<FamilyGrant, FamilyGrant> differ)
    {
        var grant = differ(Target.Grant) with { LookupKey = Rows.Key(900_002), FamilyId = Rows.Id(900_002) };
        return new TestCaseData(filter, Target with { Grant = grant }).SetArgDisplayNames(name);
    }
}
