using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A reuse response that reaches beyond the family: first the family, then the rest, and again until the rest is done.</summary>
[TestFixture]
internal sealed class WideReuseTests
{
    private static readonly RotationPolicy ByClient = RotationPolicy.Strict with { ReuseResponse = ReuseResponse.UserAndClient };
    private static readonly RotationPolicy ByUser = RotationPolicy.Strict with { ReuseResponse = ReuseResponse.User };

    private static readonly RotationPolicy ByGrant = RotationPolicy.Strict with { ReuseResponse = ReuseResponse.Grant };

    private static readonly RotationPolicy[] Wide = [ByClient, ByUser, ByGrant];

    [Test]
    public async Task Response_reaches_as_far_as_its_policy_and_no_further([Values] ReuseResponse response)
    {
        using var engine = new Engine(RotationPolicy.Strict with { ReuseResponse = response });
        var stolen = await engine.IssueAsync();
        var sameClient = await engine.IssueAsync();
        var otherClient = await engine.IssueAsync(client: "tv");
        var otherUser = await engine.IssueAsync("bob");
        var otherTenant = await engine.IssueAsync(new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, TenantId = "t2" });
        engine.Time.Advance(TimeSpan.FromMinutes(1));

        await ReplayAsync(engine, stolen);

        (await IsRevokedAsync(engine, stolen)).Should().BeTrue();
        (await IsRevokedAsync(engine, sameClient)).Should().Be(response != ReuseResponse.Family);
        (await IsRevokedAsync(engine, otherClient)).Should().Be(response == ReuseResponse.User);
        (await IsRevokedAsync(engine, otherUser)).Should().BeFalse();
        (await engine.SucceedAsync(Requests.For(otherTenant.RefreshToken, tenant: "t2"))).Outcome.Should().Be(ExchangeOutcome.Rotated);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().ContainSingle();
        var told = engine.Events.Of<RefreshTokenEvent.Revoked>().ToArray();
        told.Select(e => e.Count).Should().Equal(response switch
        {
            ReuseResponse.Family => [],
            ReuseResponse.UserAndClient or ReuseResponse.Grant => [1L],
            _ => [2L],
        });
        told.Where(e => e.Reason != RevocationReason.ReuseDetected || e.Deleted).Should().BeEmpty();
    }

    [Test]
    public async Task Grant_is_user_client_and_any_of_the_resources()
    {
        using var engine = new Engine(ByGrant);
        var stolen = await engine.IssueAsync(resources: ["https://a", "https://b"]);
        var sameApi = await engine.IssueAsync(resources: ["https://b", "https://c"]);
        var otherApi = await engine.IssueAsync(resources: "https://c");
        var noApi = await engine.IssueAsync();
        var otherClient = await engine.IssueAsync(client: "tv", resources: "https://a");

        await ReplayAsync(engine, stolen);

        (await IsRevokedAsync(engine, sameApi)).Should().BeTrue();
        foreach (var spared in new[] { otherApi, noApi, otherClient })
        {
            (await IsRevokedAsync(engine, spared)).Should().BeFalse();
        }
    }

    [TestCaseSource(nameof(Wide))]
    public async Task Log_in_after_the_detection_survives_and_one_at_its_instant_does_not(RotationPolicy policy)
    {
        using var engine = new Engine(policy);
        var stolen = await engine.IssueAsync();
        await engine.SucceedAsync(stolen.RefreshToken);
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        var atTheInstant = await engine.IssueAsync();
        (await engine.FailAsync(stolen.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        engine.Time.Advance(TimeSpan.FromTicks(1));
        var later = await engine.IssueAsync();

        (await engine.FailAsync(stolen.RefreshToken)).Should().Be(RejectionReason.Revoked);

        (await IsRevokedAsync(engine, atTheInstant)).Should().BeTrue();
        await engine.ExpectAsync(later.RefreshToken, ExchangeOutcome.Rotated);
    }

    [TestCaseSource(nameof(Wide))]
    public async Task Rest_gets_the_instant_of_the_detection_so_that_a_repeat_from_there_reaches_no_further(RotationPolicy policy)
    {
        using var engine = new Engine(policy);
        var stolen = await engine.IssueAsync();
        var other = await engine.IssueAsync();
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        await ReplayAsync(engine, stolen);
        var row = await engine.RowAsync(stolen);
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await engine.IssueAsync();

        (await engine.FailAsync(other.RefreshToken)).Should().Be(RejectionReason.Revoked);

        (await engine.RowAsync(other)).RevokedAt.Should().Be(row.RevokedAt);
        (await engine.RowAsync(other)).RevocationReason.Should().Be(RevocationReason.ReuseDetected);
        await engine.ExpectAsync(later.RefreshToken, ExchangeOutcome.Rotated);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Crash_between_the_family_and_the_rest_is_repaired_at_the_next_presentation(bool current)
    {
        var store = new ScriptedStore();
        using var engine = new Engine(ByUser, store);
        var stolen = await engine.IssueAsync();
        var other = await engine.IssueAsync(client: "tv");
        var rotated = await engine.SucceedAsync(stolen.RefreshToken);
        store.OnRevoke = (call, _) => call == 1 ? throw new IOException("down") : Task.CompletedTask;

        await engine.BreakAsync(stolen.RefreshToken);
        (await IsRevokedAsync(engine, stolen)).Should().BeTrue("the family goes first");
        (await IsRevokedAsync(engine, other)).Should().BeFalse();
        engine.Time.Advance(TimeSpan.FromHours(1));
        var later = await engine.IssueAsync();

        (await engine.FailAsync(current ? rotated.RefreshToken : stolen.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await engine.FailAsync(Requests.For(other.RefreshToken, client: "tv"))).Should().Be(RejectionReason.Revoked);

        (await engine.RowAsync(other)).RevokedAt.Should().Be((await engine.RowAsync(stolen)).RevokedAt, "it is the instant of the detection");
        await engine.ExpectAsync(later.RefreshToken, ExchangeOutcome.Rotated);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().ContainSingle();
    }

    [Test]
    public async Task Repair_that_fails_too_is_an_outage()
    {
        var store = new ScriptedStore { OnRevoke = (_, _) => throw new IOException("down") };
        using var engine = new Engine(ByUser, store);
        var stolen = await engine.IssueAsync();
        await engine.SucceedAsync(stolen.RefreshToken);

        await engine.BreakAsync(stolen.RefreshToken);
        (await engine.BreakAsync(stolen.RefreshToken)).InnerException.Should().BeOfType<IOException>();
    }

    [Test]
    public async Task Cancellation_does_not_stop_the_rest()
    {
        using var cancellation = new CancellationTokenSource();
        var store = new ScriptedStore();
        using var engine = new Engine(ByUser, store);
        var stolen = await engine.IssueAsync();
        var other = await engine.IssueAsync();
        await engine.SucceedAsync(stolen.RefreshToken);
        store.OnRevoke = async (_, _) => await cancellation.CancelAsync();

        await engine.ExchangeAsync(Requests.For(stolen.RefreshToken), cancellation.Token);

        cancellation.IsCancellationRequested.Should().BeTrue();
        (await IsRevokedAsync(engine, other)).Should().BeTrue();
    }

    [Test]
    public async Task Family_that_was_revoked_for_another_reason_reaches_no_other()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(ByUser, store);
        var revoked = await engine.IssueAsync();
        var other = await engine.IssueAsync();
        await engine.SucceedAsync(revoked.RefreshToken);
        await engine.Families.RevokeAsync(TokenFamilyFilter.ForFamily(revoked.Family.FamilyId), RevocationReason.User);
        store.Reset();

        (await engine.FailAsync(revoked.RefreshToken)).Should().Be(RejectionReason.Revoked);

        store.Revocations.Should().Be(0);
        await engine.ExpectAsync(other.RefreshToken, ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Shadow_mode_of_today_stops_a_repeat()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var stolen = await engine.IssueAsync();
        var other = await engine.IssueAsync();
        await ReplayAsync(engine, stolen);
        engine.Policy = ByUser with { ShadowMode = true };

        (await engine.FailAsync(stolen.RefreshToken)).Should().Be(RejectionReason.Revoked);

        await engine.ExpectAsync(other.RefreshToken, ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Other_client_can_not_start_a_repeat()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(RotationPolicy.Strict, store);
        var stolen = await engine.IssueAsync();
        await ReplayAsync(engine, stolen);
        engine.Policy = ByUser;

        (await engine.FailAsync(Requests.For(stolen.RefreshToken, client: "thief"))).Should().Be(RejectionReason.ClientMismatch);

        store.Revocations.Should().Be(0);
    }

    private static async Task ReplayAsync(Engine engine, IssueResult stolen)
    {
        await engine.SucceedAsync(stolen.RefreshToken);
        (await engine.FailAsync(stolen.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    private static async Task<bool> IsRevokedAsync(Engine engine, IssueResult issued) => (await engine.RowAsync(issued)).RevokedAt is not null;
}
