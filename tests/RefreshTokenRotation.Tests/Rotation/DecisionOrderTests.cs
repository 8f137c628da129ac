using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Where several rows fit, the first one holds.</summary>
[TestFixture]
internal sealed class DecisionOrderTests
{
    private static readonly (ExchangeAction Action, Action<DecisionCase> Arrange)[] Rows =
    [
        (ExchangeAction.RejectUnknown, scene => scene.Tenant = "other"),
        (ExchangeAction.RejectClientMismatch, scene => scene.Client = "other"),
        (ExchangeAction.RejectSenderMismatch, scene => scene.Bind("key")),
        (ExchangeAction.RejectRevoked, scene => scene.Family = scene.Family with { RevokedAt = DecisionCase.RotatedAt }),
        (ExchangeAction.RejectExpired, scene => scene.Family = scene.Family with { AbsoluteExpiresAt = DecisionCase.RotatedAt }),
        (ExchangeAction.RejectScopeOrTarget, scene => scene.Scopes = ["admin"]),
    ];

    [Test]
    public void Of_several_reasons_the_first_row_holds([Range(1, 63)] int mask, [Values(TokenStanding.Current, TokenStanding.Previous, TokenStanding.Superseded)] TokenStanding standing)
    {
        var scene = new DecisionCase();
        var set = Rows.Where((_, i) => (mask & (1 << i)) != 0).ToArray();
        foreach (var row in set)
        {
            row.Arrange(scene);
        }

        var first = set[0].Action;
        var expected = first == ExchangeAction.RejectScopeOrTarget && standing == TokenStanding.Superseded ? ExchangeAction.DetectReuse : first;
        scene.Decide(standing).Action.Should().Be(expected);
    }

    [Test]
    public void Leeway_and_recovery_do_not_revive_what_has_ended()
    {
        foreach (var after in new[] { TimeSpan.FromSeconds(1), TimeSpan.FromHours(1) })
        {
            var scene = new DecisionCase { Now = DecisionCase.RotatedAt + after };
            scene.Decide(TokenStanding.Previous).IsSuccess.Should().BeTrue();

            scene.Family = scene.Family with { IdleExpiresAt = scene.Now };
            scene.Decide(TokenStanding.Previous).Action.Should().Be(ExchangeAction.RejectExpired);

            scene.Family = scene.Family with { RevokedAt = scene.Now };
            scene.Decide(TokenStanding.Previous).Action.Should().Be(ExchangeAction.RejectRevoked);
        }
    }

    [Test]
    public void Target_is_judged_before_scope()
    {
        var scene = new DecisionCase { Scopes = ["admin"], Resources = ["https://other"] };

        scene.Decide(TokenStanding.Current).Access.Error.Should().Be(RejectionReason.InvalidTarget);
    }

    [Test]
    public void Family_that_has_used_up_its_generations_can_do_all_but_rotate()
    {
        var scene = new DecisionCase();
        scene.Family = scene.Family with { Generation = uint.MaxValue };
        scene.Decide(TokenStanding.Current).Action.Should().Be(ExchangeAction.RejectExpired);
        scene.Decide(TokenStanding.Previous).Action.Should().Be(ExchangeAction.Reissue);
        scene.Decide(TokenStanding.Superseded).Action.Should().Be(ExchangeAction.DetectReuse);

        scene.Family = scene.Family with { RotationType = RotationType.NonRotating };
        scene.Policy = scene.Policy with { RotationType = RotationType.NonRotating };
        scene.Decide(TokenStanding.Current).Action.Should().Be(ExchangeAction.Use);

        scene.Policy = scene.Policy with { RotationType = RotationType.Rotating };
        scene.Decide(TokenStanding.Current).Action.Should().Be(ExchangeAction.RejectExpired);
        scene.Family = scene.Family with { Generation = uint.MaxValue - 1L };
        scene.Decide(TokenStanding.Current).Action.Should().Be(ExchangeAction.ConvertToRotating);
    }
}
