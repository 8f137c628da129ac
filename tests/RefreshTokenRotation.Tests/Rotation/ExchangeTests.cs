using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The four things that everybody expects of rotation.</summary>
[TestFixture]
internal sealed class ExchangeTests
{
    [Test]
    public async Task Current_token_rotates_and_its_predecessor_ends_the_family()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();

        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        rotated.Outcome.Should().Be(ExchangeOutcome.Rotated);
        rotated.RefreshToken.Should().NotBe(issued.RefreshToken);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(rotated.RefreshToken)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Previous_token_inside_leeway_gets_the_very_same_successor()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        var rotated = await engine.SucceedAsync(issued.RefreshToken);

        engine.Time.Advance(TimeSpan.FromSeconds(9));
        var reissued = await engine.SucceedAsync(issued.RefreshToken);

        reissued.Outcome.Should().Be(ExchangeOutcome.Reissued);
        reissued.RefreshToken.Should().Be(rotated.RefreshToken);
    }

    [Test]
    public async Task Previous_token_after_leeway_displaces_the_lost_successor_once()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        var lost = await engine.SucceedAsync(issued.RefreshToken);

        engine.Time.Advance(TimeSpan.FromHours(1));
        var recovered = await engine.SucceedAsync(issued.RefreshToken);
        recovered.Outcome.Should().Be(ExchangeOutcome.Recovered);
        recovered.RefreshToken.Should().NotBe(lost.RefreshToken);

        (await engine.FailAsync(lost.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(recovered.RefreshToken)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Second_to_last_token_is_reuse_even_inside_leeway()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var first = await engine.IssueAsync();
        var second = await engine.SucceedAsync(first.RefreshToken);
        await engine.SucceedAsync(second.RefreshToken);

        (await engine.FailAsync(first.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }
}
