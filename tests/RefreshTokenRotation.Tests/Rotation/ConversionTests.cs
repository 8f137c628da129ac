using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Rows 10 and 11: a family changes its kind when the policy has changed.</summary>
[TestFixture]
internal sealed class ConversionTests
{
    private static readonly RotationPolicy Rotating = RotationPolicy.Spa;
    private static readonly RotationPolicy Reusable = RotationPolicy.Spa with { RotationType = RotationType.NonRotating };

    [Test]
    public async Task Reusable_token_becomes_rotating_and_keeps_its_family()
    {
        using var engine = new Engine(Reusable);
        var issued = await engine.IssueAsync();
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Used);
        engine.Policy = Rotating;

        var converted = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToRotating);

        var row = await engine.RowAsync(issued);
        (row.RotationType, row.Generation, row.RotatedAt, row.LastUsedAt).Should().Be((RotationType.Rotating, 1, engine.Now, engine.Now));
        (await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued)).Should().Be(converted);
        await engine.ExpectAsync(converted, ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Rotating_token_becomes_reusable_and_is_the_previous_one_from_then_on()
    {
        using var engine = new Engine(Rotating);
        var issued = await engine.IssueAsync();
        var current = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Rotated);
        engine.Policy = Reusable;

        var converted = await engine.ExpectAsync(current, ExchangeOutcome.ConvertedToNonRotating);

        var row = await engine.RowAsync(issued);
        (row.RotationType, row.Generation).Should().Be((RotationType.NonRotating, 2));
        row.LeewayUntil.Should().Be(engine.Now + TimeSpan.FromSeconds(10));
        (await engine.ExpectAsync(converted, ExchangeOutcome.Used)).Should().Be(converted);
        (await engine.ExpectAsync(current, ExchangeOutcome.Reissued)).Should().Be(converted);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(converted)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Previous_token_of_a_conversion_is_reuse_after_leeway()
    {
        using var engine = new Engine(Rotating);
        var issued = await engine.IssueAsync();
        engine.Policy = Reusable;
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToNonRotating);
        engine.Time.Advance(TimeSpan.FromSeconds(10));

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Lost_answer_of_a_conversion_is_recovered_until_the_first_use()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        engine.Policy = RotationPolicy.Mobile with { RotationType = RotationType.NonRotating };
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToNonRotating);
        engine.Time.Advance(TimeSpan.FromHours(1));

        var recovered = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Recovered);

        (await engine.RowAsync(issued)).RotationType.Should().Be(RotationType.NonRotating);
        await engine.ExpectAsync(recovered, ExchangeOutcome.Used);
    }

    [Test]
    public async Task First_use_of_a_reusable_generation_ends_its_recovery()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        engine.Policy = RotationPolicy.Mobile with { RotationType = RotationType.NonRotating };
        var converted = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToNonRotating);
        engine.Time.Advance(TimeSpan.FromHours(1));
        await engine.ExpectAsync(converted, ExchangeOutcome.Used);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Family_converts_there_and_back()
    {
        using var engine = new Engine(Rotating);
        var token = (await engine.IssueAsync()).RefreshToken;
        foreach (var (policy, outcome) in new[]
        {
            (Reusable, ExchangeOutcome.ConvertedToNonRotating), (Reusable, ExchangeOutcome.Used),
            (Rotating, ExchangeOutcome.ConvertedToRotating), (Rotating, ExchangeOutcome.Rotated),
            (Reusable, ExchangeOutcome.ConvertedToNonRotating),
        })
        {
            engine.Policy = policy;
            token = await engine.ExpectAsync(token, outcome);
        }
    }

    [Test]
    public async Task Conversion_deletes_every_other_reusable_family_of_the_grant_and_only_those()
    {
        using var engine = new Engine(Reusable);
        var issued = await IssueAsync(engine);
        var twin = await IssueAsync(engine);
        var revokedTwin = await IssueAsync(engine);
        await engine.Families.RevokeAsync(TokenFamilyFilter.ForFamily(revokedTwin.Family.FamilyId));
        IssueResult[] others =
        [
            await IssueAsync(engine, subject: "bob"),
            await IssueAsync(engine, client: "tv"),
            await IssueAsync(engine, tenant: "t2"),
            await IssueAsync(engine, resources: ["https://other"]),
            await IssueAsync(engine, resources: []),
        ];
        engine.Policy = Rotating;
        var rotating = await IssueAsync(engine);
        engine.Events.Clear();

        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToRotating);

        engine.Holds(twin.Family.FamilyId).Should().BeFalse();
        engine.Holds(revokedTwin.Family.FamilyId).Should().BeFalse();
        engine.Holds(rotating.Family.FamilyId).Should().BeTrue();
        others.Should().OnlyContain(other => other.Family.TenantId == "t2" || engine.Holds(other.Family.FamilyId));
        (await engine.Families.FindAsync(others[2].Family.FamilyId, "t2")).Should().NotBeNull();
        (await engine.FailAsync(twin.RefreshToken)).Should().Be(RejectionReason.Unknown);
        var told = engine.Events.Of<RefreshTokenEvent.Revoked>().Single();
        (told.Reason, told.Count, told.Deleted).Should().Be((RevocationReason.Migrated, 2L, true));
    }

    [Test]
    public async Task Conversion_of_a_family_with_several_resources_deletes_what_shares_any_of_them()
    {
        using var engine = new Engine(Reusable);
        var issued = await IssueAsync(engine, resources: ["https://a", "https://b"]);
        var a = await IssueAsync(engine, resources: ["https://a"]);
        var b = await IssueAsync(engine, resources: ["https://c", "https://b"]);
        var c = await IssueAsync(engine, resources: ["https://c"]);
        engine.Policy = Rotating;

        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToRotating);

        new[] { a, b, c }.Select(other => engine.Holds(other.Family.FamilyId)).Should().Equal(false, false, true);
    }

    [Test]
    public async Task Conversion_of_a_family_without_a_resource_deletes_those_without_one()
    {
        using var engine = new Engine(Reusable);
        var issued = await IssueAsync(engine, resources: []);
        var without = await IssueAsync(engine, resources: []);
        var with = await IssueAsync(engine);
        engine.Policy = Rotating;

        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToRotating);

        engine.Holds(without.Family.FamilyId).Should().BeFalse();
        engine.Holds(with.Family.FamilyId).Should().BeTrue();
    }

    [Test]
    public async Task Clean_up_that_fails_does_not_fail_the_exchange()
    {
        var store = new ScriptedStore { OnRevoke = (_, _) => throw new IOException("down") };
        using var engine = new Engine(Reusable, store);
        var issued = await IssueAsync(engine);
        var twin = await IssueAsync(engine);
        engine.Policy = Rotating;

        var converted = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToRotating);

        store.Reset();
        await engine.ExpectAsync(converted, ExchangeOutcome.Rotated);
        await engine.ExpectAsync(twin.RefreshToken, ExchangeOutcome.ConvertedToRotating);
    }

    [Test]
    public async Task Conversion_to_reusable_deletes_nothing()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(Reusable, store);
        var twin = await IssueAsync(engine);
        engine.Policy = Rotating;
        var issued = await IssueAsync(engine);
        engine.Policy = Reusable;

        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToNonRotating);

        store.Revocations.Should().Be(0);
        engine.Holds(twin.Family.FamilyId).Should().BeTrue();
    }

    private static Task<IssueResult> IssueAsync(
        Engine engine, string subject = Engine.User, string client = Engine.Client, string tenant = "", string[]? resources = null) =>
        engine.IssueAsync(new IssueRequest { Subject = subject, ClientId = client, TenantId = tenant, Resources = resources ?? ["https://api"] });
}
