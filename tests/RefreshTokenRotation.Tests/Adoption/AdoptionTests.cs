using System.Security.Cryptography;
using RefreshTokenRotation.Adoption;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Adoption;

/// <summary>Tokens of an old server are taken once, and are generation 0 of a family from then on.</summary>
[TestFixture]
internal sealed class AdoptionTests
{
    private const string Old = "old-1234";

    [Test]
    public async Task Legacy_token_becomes_the_first_generation_of_a_family_that_carries_its_grant()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.ExpiresAt = world.Engine.Now + TimeSpan.FromHours(2);

        var adopted = await world.Engine.SucceedAsync(Old);

        adopted.Outcome.Should().Be(ExchangeOutcome.Rotated);
        adopted.RefreshToken.Reveal().Should().StartWith("rtr_");
        adopted.Family.Should().BeEquivalentTo(new { Subject = Engine.User, ClientId = Engine.Client, Generation = 1L, Scopes = new[] { "openid", "offline_access" } });
        adopted.Family.AbsoluteExpiresAt.Should().Be(world.Source.ExpiresAt);
        world.Engine.Events.Of<RefreshTokenEvent.Issued>().Should().ContainSingle();
        (await world.Engine.SucceedAsync(adopted.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
        (await world.FamiliesAsync()).Should().ContainSingle();
    }

    [Test]
    public async Task Policy_ends_a_session_earlier_than_the_old_server_would()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.ExpiresAt = world.Engine.Now + TimeSpan.FromDays(1000);
        (await world.Engine.SucceedAsync(Old)).Family.AbsoluteExpiresAt.Should().Be(world.Engine.Now + RotationPolicy.Spa.AbsoluteLifetime);
    }

    [Test]
    public async Task Session_that_has_ended_at_the_old_server_is_expired()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.ExpiresAt = world.Engine.Now;
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Expired);
        (await world.FamiliesAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Legacy_token_that_comes_back_within_leeway_gets_the_same_successor()
    {
        using var world = new World(RotationPolicy.Spa);
        var first = await world.Engine.SucceedAsync(Old);
        var second = await world.Engine.SucceedAsync(Old.ToUpperInvariant());
        second.Outcome.Should().Be(ExchangeOutcome.Reissued);
        second.RefreshToken.Should().Be(first.RefreshToken);
    }

    [TestCase(true, TestName = "Replay_of_an_adopted_token_is_reuse_while_the_old_server_still_takes_it")]
    [TestCase(false, TestName = "Replay_of_an_adopted_token_is_reuse_when_the_old_server_no_longer_takes_it")]
    public async Task Replay_is_reuse(bool isStillValid)
    {
        using var world = new World(RotationPolicy.Strict);
        var adopted = await world.Engine.SucceedAsync(Old);
        if (!isStillValid)
        {
            world.Source.Grant = () => null;
        }

        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.ReuseDetected);
        (await world.Engine.FailAsync(adopted.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Revoked);
        world.Engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().ContainSingle();
        (await world.FamiliesAsync()).Should().ContainSingle();
    }

    [Test]
    public async Task Token_that_the_old_server_no_longer_takes_is_unknown()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.Grant = () => null;
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Unknown);
        (await world.Engine.FailAsync("garbage")).Should().Be(RejectionReason.Unknown);
        (await world.FamiliesAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Own_tokens_and_oversized_texts_are_not_shown_to_the_source()
    {
        using var world = new World(RotationPolicy.Spa);
        var issued = await world.Engine.IssueAsync();
        await world.Engine.SucceedAsync(issued.RefreshToken);
        await world.Engine.FailAsync(string.Empty);
        await world.Engine.FailAsync("old-" + new string('x', 16_384));
        world.Source.Reads.Should().Be(0);
    }

    [Test]
    public async Task Other_client_tenant_or_scope_consumes_nothing()
    {
        using var world = new World(RotationPolicy.Strict);
        (await world.Engine.FailAsync(Requests.For(Old, client: "other"))).Should().Be(RejectionReason.ClientMismatch);
        (await world.Engine.FailAsync(Requests.For(Old, tenant: "other"))).Should().Be(RejectionReason.Unknown);
        (await world.Engine.FailAsync(Requests.For(Old, scopes: ["admin"]))).Should().Be(RejectionReason.InvalidScope);
        (await world.FamiliesAsync()).Should().BeEmpty();
        world.Source.Retired.Should().Be(0);
        await world.Engine.SucceedAsync(Old);
    }

    [Test]
    public async Task Hook_or_signer_that_refuses_consumes_nothing()
    {
        using var world = new World(RotationPolicy.Strict);
        world.Hook.OnExchange = context => context.Refuse("blocked");
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Refused);
        world.Hook.OnExchange = null;
        await world.Engine.Invoking(engine => engine.ExchangeAsync(Requests.Signing(Old, _ => throw new InvalidOperationException("no key"))))
            .Should().ThrowAsync<InvalidOperationException>();
        (await world.FamiliesAsync()).Should().BeEmpty();
        world.Source.Retired.Should().Be(0);
        await world.Engine.SucceedAsync(Old);
    }

    [Test]
    public async Task Reusable_policy_gives_every_presentation_one_token()
    {
        using var world = new World(RotationPolicy.Mobile with { RotationType = RotationType.NonRotating });
        var first = await world.Engine.SucceedAsync(Old);
        var second = await world.Engine.SucceedAsync(Old);
        second.RefreshToken.Should().Be(first.RefreshToken);
        first.RefreshToken.Reveal().Should().StartWith("rtr_");
        (await world.Engine.SucceedAsync(first.RefreshToken)).RefreshToken.Should().Be(first.RefreshToken);
        (await world.FamiliesAsync()).Should().ContainSingle();
    }

    [Test]
    public async Task Log_out_with_a_legacy_token_is_remembered()
    {
        using var world = new World(RotationPolicy.Spa);
        var revoke = new RevokeRequest { RefreshToken = Old, ClientId = Engine.Client };
        (await world.Engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = Old, ClientId = "other" })).Should().Be(RevokeResult.ClientMismatch);
        (await world.FamiliesAsync()).Should().BeEmpty();

        (await world.Engine.Tokens.RevokeAsync(revoke)).Should().Be(RevokeResult.Revoked);
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Revoked);
        (await world.Engine.Tokens.RevokeAsync(revoke)).Should().Be(RevokeResult.NothingToRevoke);
        world.Source.Retired.Should().BeGreaterThan(0);
    }

    [Test]
    public async Task Introspection_of_a_legacy_token_adopts_nothing()
    {
        using var world = new World(RotationPolicy.Spa);
        var active = (await world.Engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = Old })).Should().BeOfType<IntrospectResult.Active>().Subject;
        (await world.FamiliesAsync()).Should().BeEmpty();
        (await world.Engine.SucceedAsync(Old)).Family.FamilyId.Should().Be(active.Family.FamilyId);
        (await world.Engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = Old })).Should().BeSameAs(IntrospectResult.Inactive.Instance);
    }

    [Test]
    public async Task Family_is_found_by_any_of_its_tokens()
    {
        using var world = new World(RotationPolicy.Strict);
        var draft = await world.Engine.Families.FindByTokenAsync(Old);
        (await world.FamiliesAsync()).Should().BeEmpty();
        var first = await world.Engine.SucceedAsync(Old);
        var second = await world.Engine.SucceedAsync(first.RefreshToken);
        foreach (var token in (RefreshToken[])[Old, first.RefreshToken, second.RefreshToken])
        {
            var found = await world.Engine.Families.FindByTokenAsync(token);
            found.Should().BeEquivalentTo(new { draft!.FamilyId, Generation = 2L, RevokedAt = (DateTimeOffset?)null });
        }

        (await world.Engine.Families.FindByTokenAsync(Old, "other")).Should().BeNull();
        (await world.Engine.Families.FindByTokenAsync("garbage")).Should().BeNull();
    }

    [Test]
    public async Task Pruning_keeps_a_family_while_its_legacy_token_could_be_adopted_again()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.Retention = TimeSpan.FromDays(14);
        await world.Engine.SucceedAsync(Old);
        await world.Engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User));

        world.Engine.Time.Advance(TimeSpan.FromDays(13));
        (await world.Engine.Families.PruneAsync(world.Engine.Now)).Should().Be(0);
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Revoked);

        world.Engine.Time.Advance(TimeSpan.FromDays(2));
        (await world.Engine.Families.PruneAsync(world.Engine.Now)).Should().Be(1);
        world.Source.Retention = TimeSpan.MaxValue;
        (await world.Engine.Families.PruneAsync(world.Engine.Now)).Should().Be(0);
    }

    [Test]
    public async Task Adoption_at_the_cap_evicts_the_oldest_family()
    {
        using var world = new World(RotationPolicy.Spa with { ActiveCap = 1 });
        var issued = await world.Engine.IssueAsync();
        await world.Engine.SucceedAsync(Old);
        world.Engine.Events.Of<RefreshTokenEvent.Evicted>().Should().ContainSingle().Which.Family!.FamilyId.Should().Be(issued.Family.FamilyId);
    }

    /// <summary>Another derivation would adopt every token a second time. The values were computed apart, by HKDF (RFC 5869) without a salt.</summary>
    [Test]
    public void Derivation_of_a_family_from_its_legacy_token_is_frozen()
    {
        using var presentation = new LegacyPresentation(new ScriptedSource(), new LegacyToken { CanonicalText = "an old token" });
        presentation.FamilyId.ToString("N").Should().Be("92ea454f79864d6e9b96c64500b60f19");
        Convert.ToHexStringLower(presentation.Token.Secret).Should().Be("0ee24fb7a108b40a4a6a25b8ccb2b335f5cb0dcd6c9ae918b52d0b71e7d2035c");
        presentation.Token.LookupKey.Should().Be(new Opaque256(SHA256.HashData(Convert.FromHexString("a87c97b9632e908e6ced8464fb909873"))));
        presentation.SecretHash.Should().Be(new Opaque256(SHA256.HashData(presentation.Token.Secret)));
    }
}
