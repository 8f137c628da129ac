using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The pure decision, row by row.</summary>
[TestFixture]
internal sealed class DecisionTableTests
{
    private static readonly TimeSpan InLeeway = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan InRecovery = TimeSpan.FromHours(1);
    private static readonly TimeSpan Late = TimeSpan.FromDays(2);

    private static IEnumerable<TestCaseData> Successes()
    {
        var kinds = new[]
        {
            (RotationType.Rotating, RotationType.Rotating, ExchangeAction.Rotate),
            (RotationType.NonRotating, RotationType.NonRotating, ExchangeAction.Use),
            (RotationType.NonRotating, RotationType.Rotating, ExchangeAction.ConvertToRotating),
            (RotationType.Rotating, RotationType.NonRotating, ExchangeAction.ConvertToNonRotating),
        };
        foreach (var (kind, type, current) in kinds)
        {
            foreach (var shadow in new[] { false, true })
            {
                foreach (var after in new[] { InLeeway, InRecovery, Late })
                {
                    yield return Row(TokenStanding.Current, current);
                    yield return Row(
                        TokenStanding.Previous,
                        after == InLeeway ? ExchangeAction.Reissue : after == InRecovery && !shadow ? ExchangeAction.Recover : ExchangeAction.DetectReuse,
                        wouldRecover: after == InRecovery && shadow);
                    yield return Row(TokenStanding.Superseded, ExchangeAction.DetectReuse);

                    TestCaseData Row(TokenStanding standing, ExchangeAction expected, bool wouldRecover = false) =>
                        new(kind, type, shadow, after, standing, expected, wouldRecover);
                }
            }
        }
    }

    [TestCaseSource(nameof(Successes))]
    public void Rotated_family_decides_by_standing_kind_policy_and_time(
        RotationType kind, RotationType type, bool shadow, TimeSpan after, TokenStanding standing, ExchangeAction expected, bool wouldRecover)
    {
        var scene = new DecisionCase { Now = DecisionCase.RotatedAt + after };
        scene.Family = scene.Family with { RotationType = kind };
        scene.Policy = scene.Policy with { RotationType = type, ShadowMode = shadow };

        var decision = scene.Decide(standing);

        decision.Action.Should().Be(expected);
        decision.Standing.Should().Be(standing);
        decision.WouldRecover.Should().Be(wouldRecover);
    }

    [TestCase(RotationType.Rotating, RotationType.Rotating, TokenStanding.Current, ExchangeAction.Rotate)]
    [TestCase(RotationType.Rotating, RotationType.NonRotating, TokenStanding.Current, ExchangeAction.ConvertToNonRotating)]
    [TestCase(RotationType.Rotating, RotationType.Rotating, TokenStanding.Superseded, ExchangeAction.DetectReuse)]
    [TestCase(RotationType.Rotating, RotationType.NonRotating, TokenStanding.Superseded, ExchangeAction.DetectReuse)]
    [TestCase(RotationType.NonRotating, RotationType.NonRotating, TokenStanding.Current, ExchangeAction.Use)]
    [TestCase(RotationType.NonRotating, RotationType.Rotating, TokenStanding.Current, ExchangeAction.ConvertToRotating)]
    [TestCase(RotationType.NonRotating, RotationType.NonRotating, TokenStanding.Superseded, ExchangeAction.RejectTampered)]
    [TestCase(RotationType.NonRotating, RotationType.Rotating, TokenStanding.Superseded, ExchangeAction.RejectTampered)]
    public void Never_rotated_family_has_no_previous_token(RotationType kind, RotationType type, TokenStanding standing, ExchangeAction expected)
    {
        var scene = DecisionCase.NeverRotated(kind);
        scene.Policy = scene.Policy with { RotationType = type };

        scene.Decide(standing).Action.Should().Be(expected);
        scene.Decide(TokenStanding.Previous).Standing.Should().Be(TokenStanding.Superseded);
    }

    [Test]
    public void Family_that_is_missing_is_unknown() =>
        new DecisionCase().DecideWithoutFamily().Action.Should().Be(ExchangeAction.RejectUnknown);

    [TestCase(TokenStanding.Current)]
    [TestCase(TokenStanding.Previous)]
    [TestCase(TokenStanding.Superseded)]
    public void Every_token_is_refused_for_tenant_client_key_revocation_and_expiry(TokenStanding standing)
    {
        new DecisionCase { Tenant = "other" }.Decide(standing).Action.Should().Be(ExchangeAction.RejectUnknown);
        new DecisionCase { Client = "SPA" }.Decide(standing).Action.Should().Be(ExchangeAction.RejectClientMismatch);

        var bound = new DecisionCase();
        bound.Bind("key");
        bound.Decide(standing).Action.Should().Be(ExchangeAction.RejectSenderMismatch);
        bound.Key = "KEY";
        bound.Decide(standing).Action.Should().Be(ExchangeAction.RejectSenderMismatch);
        bound.Key = "key";
        bound.Decide(standing).Action.Should().BeOneOf(ExchangeAction.Rotate, ExchangeAction.Reissue, ExchangeAction.DetectReuse);

        var revoked = new DecisionCase();
        revoked.Family = revoked.Family with { RevokedAt = revoked.Now, RevocationReason = RevocationReason.User };
        revoked.Decide(standing).Should().Match<Decision>(d => d.Action == ExchangeAction.RejectRevoked && d.Standing == standing);

        var expired = new DecisionCase();
        expired.Family = expired.Family with { IdleExpiresAt = expired.Now };
        expired.Decide(standing).Should().Match<Decision>(d => d.Action == ExchangeAction.RejectExpired && d.Standing == standing);
    }

    [Test]
    public void Key_of_an_unbound_family_is_ignored() =>
        new DecisionCase { Key = "key" }.Decide(TokenStanding.Current).Action.Should().Be(ExchangeAction.Rotate);

    [TestCase(TokenStanding.Current, ExchangeAction.RejectScopeOrTarget)]
    [TestCase(TokenStanding.Previous, ExchangeAction.RejectScopeOrTarget)]
    [TestCase(TokenStanding.Superseded, ExchangeAction.DetectReuse)]
    public void Scope_or_resource_outside_the_grant_is_refused_unless_the_token_is_older(TokenStanding standing, ExchangeAction expected)
    {
        var scope = new DecisionCase { Scopes = ["read", "admin"] }.Decide(standing);
        var target = new DecisionCase { Resources = ["https://other"] }.Decide(standing);

        scope.Action.Should().Be(expected);
        target.Action.Should().Be(expected);
        scope.Access.Error.Should().Be(expected == ExchangeAction.DetectReuse ? null : RejectionReason.InvalidScope);
        target.Access.Error.Should().Be(expected == ExchangeAction.DetectReuse ? null : RejectionReason.InvalidTarget);
    }

    [Test]
    public void Steps_are_successes_and_issue_a_successor_as_the_table_says()
    {
        var steps = Enum.GetValues<ExchangeAction>().Select(step => new Decision(step)).ToArray();

        steps.Where(d => d.IsSuccess).Select(d => (int)d.Action).Should().Equal(8, 9, 10, 11, 12, 13);
        steps.Where(d => d.IssuesSuccessor).Select(d => (int)d.Action).Should().Equal(8, 10, 11, 13);
        steps.Where(d => d.IsSuccess).Select(d => d.Outcome).Should().OnlyHaveUniqueItems();
    }
}
