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
            (FamilyKind.Rotating, RotationType.Rotating, Step.Rotate),
            (FamilyKind.Reusable, RotationType.NonRotating, Step.Use),
            (FamilyKind.Reusable, RotationType.Rotating, Step.ConvertToRotating),
            (FamilyKind.Rotating, RotationType.NonRotating, Step.ConvertToReusable),
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
                        after == InLeeway ? Step.Reissue : after == InRecovery && !shadow ? Step.Recover : Step.DetectReuse,
                        wouldRecover: after == InRecovery && shadow);
                    yield return Row(TokenStanding.Other, Step.DetectReuse);

                    TestCaseData Row(TokenStanding standing, Step expected, bool wouldRecover = false) =>
                        new(kind, type, shadow, after, standing, expected, wouldRecover);
                }
            }
        }
    }

    [TestCaseSource(nameof(Successes))]
    public void Rotated_family_decides_by_standing_kind_policy_and_time(
        FamilyKind kind, RotationType type, bool shadow, TimeSpan after, TokenStanding standing, Step expected, bool wouldRecover)
    {
        var scene = new DecisionCase { Now = DecisionCase.RotatedAt + after };
        scene.Family = scene.Family with { Kind = kind };
        scene.Policy = scene.Policy with { RotationType = type, ShadowMode = shadow };

        var decision = scene.Decide(standing);

        decision.Step.Should().Be(expected);
        decision.Standing.Should().Be(standing);
        decision.WouldRecover.Should().Be(wouldRecover);
    }

    [TestCase(FamilyKind.Rotating, RotationType.Rotating, TokenStanding.Current, Step.Rotate)]
    [TestCase(FamilyKind.Rotating, RotationType.NonRotating, TokenStanding.Current, Step.ConvertToReusable)]
    [TestCase(FamilyKind.Rotating, RotationType.Rotating, TokenStanding.Other, Step.DetectReuse)]
    [TestCase(FamilyKind.Rotating, RotationType.NonRotating, TokenStanding.Other, Step.DetectReuse)]
    [TestCase(FamilyKind.Reusable, RotationType.NonRotating, TokenStanding.Current, Step.Use)]
    [TestCase(FamilyKind.Reusable, RotationType.Rotating, TokenStanding.Current, Step.ConvertToRotating)]
    [TestCase(FamilyKind.Reusable, RotationType.NonRotating, TokenStanding.Other, Step.RejectTampered)]
    [TestCase(FamilyKind.Reusable, RotationType.Rotating, TokenStanding.Other, Step.RejectTampered)]
    public void Never_rotated_family_has_no_previous_token(FamilyKind kind, RotationType type, TokenStanding standing, Step expected)
    {
        var scene = DecisionCase.NeverRotated(kind);
        scene.Policy = scene.Policy with { RotationType = type };

        scene.Decide(standing).Step.Should().Be(expected);
        scene.Decide(TokenStanding.Previous).Standing.Should().Be(TokenStanding.Other);
    }

    [Test]
    public void Family_that_is_missing_is_unknown() =>
        new DecisionCase().DecideWithoutFamily().Step.Should().Be(Step.RejectUnknown);

    [TestCase(TokenStanding.Current)]
    [TestCase(TokenStanding.Previous)]
    [TestCase(TokenStanding.Other)]
    public void Every_token_is_refused_for_tenant_client_key_revocation_and_expiry(TokenStanding standing)
    {
        new DecisionCase { Tenant = "other" }.Decide(standing).Step.Should().Be(Step.RejectUnknown);
        new DecisionCase { Client = "SPA" }.Decide(standing).Step.Should().Be(Step.RejectClientMismatch);

        var bound = new DecisionCase();
        bound.Bind("key");
        bound.Decide(standing).Step.Should().Be(Step.RejectSenderMismatch);
        bound.Key = "KEY";
        bound.Decide(standing).Step.Should().Be(Step.RejectSenderMismatch);
        bound.Key = "key";
        bound.Decide(standing).Step.Should().BeOneOf(Step.Rotate, Step.Reissue, Step.DetectReuse);

        var revoked = new DecisionCase();
        revoked.Family = revoked.Family with { RevokedAt = revoked.Now, RevocationReason = RevocationReason.User };
        revoked.Decide(standing).Should().Match<Decision>(d => d.Step == Step.RejectRevoked && d.Standing == standing);

        var expired = new DecisionCase();
        expired.Family = expired.Family with { IdleExpiresAt = expired.Now };
        expired.Decide(standing).Should().Match<Decision>(d => d.Step == Step.RejectExpired && d.Standing == standing);
    }

    [Test]
    public void Key_of_an_unbound_family_is_ignored() =>
        new DecisionCase { Key = "key" }.Decide(TokenStanding.Current).Step.Should().Be(Step.Rotate);

    [TestCase(TokenStanding.Current, Step.RejectScopeOrTarget)]
    [TestCase(TokenStanding.Previous, Step.RejectScopeOrTarget)]
    [TestCase(TokenStanding.Other, Step.DetectReuse)]
    public void Scope_or_resource_outside_the_grant_is_refused_unless_the_token_is_older(TokenStanding standing, Step expected)
    {
        var scope = new DecisionCase { Scopes = ["read", "admin"] }.Decide(standing);
        var target = new DecisionCase { Resources = ["https://other"] }.Decide(standing);

        scope.Step.Should().Be(expected);
        target.Step.Should().Be(expected);
        scope.Access.Error.Should().Be(expected == Step.DetectReuse ? null : RejectionReason.InvalidScope);
        target.Access.Error.Should().Be(expected == Step.DetectReuse ? null : RejectionReason.InvalidTarget);
    }

    [Test]
    public void Steps_are_successes_and_issue_a_successor_as_the_table_says()
    {
        var steps = Enum.GetValues<Step>().Select(step => new Decision(step)).ToArray();

        steps.Where(d => d.IsSuccess).Select(d => (int)d.Step).Should().Equal(8, 9, 10, 11, 12, 13);
        steps.Where(d => d.IssuesSuccessor).Select(d => (int)d.Step).Should().Equal(8, 10, 11, 13);
        steps.Where(d => d.IsSuccess).Select(d => d.Outcome).Should().OnlyHaveUniqueItems();
    }
}
