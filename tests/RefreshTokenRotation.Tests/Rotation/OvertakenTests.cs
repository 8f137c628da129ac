using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>An exchange that is so slow that another one of the same token ends before it, and the leeway too.</summary>
[TestFixture]
internal sealed class OvertakenTests
{
    [Test]
    public async Task Exchange_overtaken_for_longer_than_the_leeway_does_not_displace_the_winners_successor()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        ExchangeResult.Succeeded? winner = null;

        var slow = () => ExchangeSlowlyAsync(engine, issued.RefreshToken, async () => winner ??= await engine.SucceedAsync(issued.RefreshToken));

        await slow.Should().ThrowAsync<RefreshTokenUnavailableException>();
        (await engine.SucceedAsync(winner!.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Exchange_overtaken_for_longer_than_the_leeway_recovers_when_it_is_tried_again()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        ExchangeResult.Succeeded? lost = null;
        var slow = () => ExchangeSlowlyAsync(engine, issued.RefreshToken, async () => lost ??= await engine.SucceedAsync(issued.RefreshToken));
        await slow.Should().ThrowAsync<RefreshTokenUnavailableException>();

        (await engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Recovered);
    }

    [Test]
    public async Task Recovery_that_meets_another_write_is_tried_again()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Time.Advance(TimeSpan.FromMinutes(1));

        TokenFamilyInfo? renamed = null;
        var metadata = new Dictionary<string, string> { ["device"] = "phone" };
        var recovered = await ExchangeSlowlyAsync(
            engine,
            issued.RefreshToken,
            async () => renamed ??= await engine.Families.SetMetadataAsync(issued.Family.FamilyId, metadata));

        recovered.Should().BeOfType<ExchangeResult.Succeeded>().Which.Outcome.Should().Be(ExchangeOutcome.Recovered);
    }

    /// <summary>Something happens, and a minute passes, while the access token is signed.</summary>
    private static async Task<ExchangeResult> ExchangeSlowlyAsync(Engine engine, RefreshToken token, Func<Task> meanwhile)
    {
        var request = new ExchangeRequest
        {
            RefreshToken = token,
            ClientId = Engine.Client,
            CreateAccessToken = async (_, _) =>
            {
                await meanwhile();
                engine.Time.Advance(TimeSpan.FromMinutes(1));
                return new AccessToken { Value = "access", Lifetime = TimeSpan.FromMinutes(5) };
            },
        };
        return await engine.Tokens.ExchangeAsync(request);
    }
}
