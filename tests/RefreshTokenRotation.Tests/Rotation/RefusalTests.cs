using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A refused request consumes and writes nothing, and a stranger can't end a family.</summary>
[TestFixture]
internal sealed class RefusalTests
{
    [TestCase("")]
    [TestCase("rtr_")]
    [TestCase("garbage")]
    [TestCase("rtr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Malformed_token_is_unknown_without_a_store_call(string token)
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);

        (await engine.FailAsync(token)).Should().Be(RejectionReason.Unknown);

        store.Finds.Should().Be(0);
        engine.Events.Of<RefreshTokenEvent.Rejected>().Single().Family.Should().BeNull();
    }

    [Test]
    public async Task Token_with_one_changed_character_is_unknown_without_a_store_call([Values(4, 20, 40, 79)] int position)
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var characters = (await engine.IssueAsync()).RefreshToken.Reveal().ToCharArray();
        characters[position] = characters[position] == 'A' ? 'B' : 'A';

        (await engine.FailAsync(new string(characters))).Should().Be(RejectionReason.Unknown);

        store.Finds.Should().Be(0);
    }

    [Test]
    public async Task Other_tenant_gets_the_answer_of_a_token_that_was_never_issued()
    {
        using var engine = new Engine();
        using var elsewhere = new Engine();
        var issued = await engine.IssueAsync();
        var stranger = await elsewhere.IssueAsync();

        var other = await engine.ExchangeAsync(Requests.For(issued.RefreshToken, tenant: "t2"));
        var unknown = await engine.ExchangeAsync(Requests.For(stranger.RefreshToken, tenant: "t2"));

        other.Should().Be(unknown);
        other.ToString().Should().Be(unknown.ToString());
        var events = engine.Events.Of<RefreshTokenEvent.Rejected>().ToArray();
        events.Should().HaveCount(2);
        events[0].Should().Be(events[1], "an event must not tell one tenant of another one's family");
        events[0].Family.Should().BeNull();
        events[0].IsSecurityEvent.Should().BeFalse();
    }

    [Test]
    public async Task Other_client_is_refused_told_and_ends_nothing([Values] bool older)
    {
        using var engine = new Engine();
        var issued = await engine.IssueAsync();
        var current = await engine.SucceedAsync(issued.RefreshToken);
        var before = await engine.RowAsync(issued);

        var token = older ? issued.RefreshToken : current.RefreshToken;
        (await engine.FailAsync(Requests.For(token, client: "thief"))).Should().Be(RejectionReason.ClientMismatch);

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        var told = engine.Events.Of<RefreshTokenEvent.Rejected>().Single();
        (told.Reason, told.ClientId, told.IsSecurityEvent).Should().Be((RejectionReason.ClientMismatch, "thief", true));
        told.Family!.FamilyId.Should().Be(issued.Family.FamilyId);
        await engine.ExpectAsync(current.RefreshToken, ExchangeOutcome.Rotated);
    }

    [TestCase(null)]
    [TestCase("other")]
    public async Task Key_that_is_absent_or_another_is_refused_told_and_ends_nothing(string? key)
    {
        using var engine = new Engine();
        var issued = await engine.IssueBoundAsync("key");
        var current = await engine.SucceedAsync(Requests.For(issued.RefreshToken, key: "key"));
        var before = await engine.RowAsync(issued);

        foreach (var token in new[] { issued.RefreshToken, current.RefreshToken })
        {
            (await engine.FailAsync(Requests.For(token, key: key))).Should().Be(RejectionReason.SenderMismatch);
        }

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        engine.Events.Of<RefreshTokenEvent.Rejected>().Should().HaveCount(2).And.OnlyContain(e => e.IsSecurityEvent);
        (await engine.SucceedAsync(Requests.For(current.RefreshToken, key: "key"))).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Revoked_family_is_refused_with_the_original_reason_and_the_standing_of_the_token()
    {
        using var engine = new Engine();
        var issued = await engine.IssueAsync();
        var current = await engine.SucceedAsync(issued.RefreshToken);
        await engine.Families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId), RevocationReason.CredentialsChanged);
        var before = await engine.RowAsync(issued);

        (await engine.FailAsync(current.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await engine.FailAsync(Requests.For(current.RefreshToken, client: "thief"))).Should().Be(RejectionReason.ClientMismatch);

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        var told = engine.Events.Of<RefreshTokenEvent.Rejected>().ToArray();
        told.Take(2).Select(e => e.WasCurrent).Should().Equal(true, false);
        told.Should().OnlyContain(e => e.Family!.RevocationReason == RevocationReason.CredentialsChanged);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().BeEmpty();
    }

    [Test]
    public async Task Expired_family_is_refused_also_for_an_old_token_and_stays_unrevoked()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        var current = await engine.SucceedAsync(issued.RefreshToken);
        engine.Time.Set(current.Family.IdleExpiresAt!.Value);
        var before = await engine.RowAsync(issued);

        (await engine.FailAsync(current.RefreshToken)).Should().Be(RejectionReason.Expired);
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.Expired);
        (await engine.FailAsync(Requests.For(current.RefreshToken, scopes: ["admin"]))).Should().Be(RejectionReason.Expired);

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        engine.Events.Of<RefreshTokenEvent.Rejected>().Select(e => e.WasCurrent).Should().Equal(true, false, true);
    }

    [Test]
    public async Task Tampered_token_of_a_never_rotated_reusable_family_is_unknown_and_told()
    {
        using var engine = new Engine(RotationPolicy.Fapi);
        var issued = await engine.IssueAsync();
        var before = await engine.RowAsync(issued);

        (await engine.FailAsync(Forgery.Of(issued.RefreshToken))).Should().Be(RejectionReason.Unknown);

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        var told = engine.Events.Of<RefreshTokenEvent.Rejected>().Single();
        told.IsSecurityEvent.Should().BeTrue();
        told.Family!.FamilyId.Should().Be(issued.Family.FamilyId);
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Used);
    }

    [Test]
    public async Task Tampered_token_of_a_rotating_family_is_reuse()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();

        (await engine.FailAsync(Forgery.Of(issued.RefreshToken, generation: 77))).Should().Be(RejectionReason.ReuseDetected);

        (await engine.RowAsync(issued)).RevocationReason.Should().Be(RevocationReason.ReuseDetected);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single().PresentedGeneration.Should().Be(77);
    }

    [Test]
    public async Task Claimed_generation_is_no_proof()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();

        await engine.ExpectAsync(Forgery.Of(issued.RefreshToken, generation: 5, keepSecret: true), ExchangeOutcome.Rotated);
        (await engine.RowAsync(issued)).Generation.Should().Be(1);
    }

    [Test]
    public async Task Generations_that_are_used_up_end_the_family()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();
        var row = await engine.RowAsync(issued);
        await engine.Store.CompareAndSwapAsync(
            row with { Version = row.Version + 1, Generation = uint.MaxValue - 1L }, row.Version, CancellationToken.None);

        var last = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Rotated);

        (await engine.FailAsync(last)).Should().Be(RejectionReason.Expired);
        (await engine.RowAsync(issued)).Generation.Should().Be(uint.MaxValue);
    }
}
