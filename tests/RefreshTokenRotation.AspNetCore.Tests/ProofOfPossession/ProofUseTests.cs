using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>When a proof is remembered, and what is said of one that is refused.</summary>
public sealed class ProofUseTests
{
    [Test]
    public async Task Strangers_fill_nothing()
    {
        await using var host = await DPoPHost.StartAsync();
        using var client = new DPoPClient(host);
        var issued = await host.IssueAsync();
        using var owner = new DPoPClient(host);
        var bound = (await owner.LogInAsync()).RefreshToken!;
        var store = (InMemoryReplayStore)host.Services.GetRequiredService<IReplayStore>();
        var before = store.Count;

        await client.RefreshAsync("garbage");
        await client.RefreshAsync(issued.RefreshToken.Reveal() + "x");
        await client.RefreshAsync(bound);
        await client.LogInAsync(more: "&scope=x");
        await client.SendAsync("grant_type=refresh_token&client_id=unknown&refresh_token=x", client.Proof());

        store.Count.Should().Be(before);
        (await owner.RefreshAsync(bound)).RefreshToken.Should().NotBeNull();
        store.Count.Should().Be(before + 1);
    }

    [Test]
    public async Task Replayed_request_is_refused_for_its_proof_and_ends_nothing()
    {
        await using var host = await DPoPHost.StartAsync();
        using var client = new DPoPClient(host);
        var first = (await client.LogInAsync()).RefreshToken!;
        var proof = client.Proof();
        var second = (await client.RefreshAsync(first, proof)).RefreshToken!;

        var replay = await client.RefreshAsync(first, proof);

        replay.ShouldBeError(400, "invalid_dpop_proof");
        replay.Member("error_description").Should().Contain("used before");
        ((int)(await client.RefreshAsync(second)).Status).Should().Be(200);
    }

    [TestCase("iat", -61, "clock")]
    [TestCase("iat", 11, "clock")]
    [TestCase("exp", 0, "clock")]
    [TestCase("exp", -1, "clock")]
    [TestCase("nbf", 11, "clock")]
    [TestCase("exp", 1, null)]
    [TestCase("nbf", 10, null)]
    public async Task Times_of_a_proof_count(string claim, int seconds, string? named)
    {
        await using var host = await DPoPHost.StartAsync();
        using var client = new DPoPClient(host);

        var answer = await client.LogInAsync(client.Proof((_, claims) => claims[claim] = host.Time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds()));

        ((int)answer.Status).Should().Be(named is null ? 200 : 400, answer.Text);
        if (named is not null)
        {
            answer.Member("error_description").Should().Contain(named);
        }
    }

    [TestCase("htu", "https://elsewhere.example/", "htu")]
    [TestCase("htm", "GET", "htm")]
    [TestCase("jti", "", "jti")]
    public async Task Refusal_names_the_check(string claim, string value, string named)
    {
        await using var host = await DPoPHost.StartAsync();
        using var client = new DPoPClient(host);

        var answer = await client.LogInAsync(client.Proof((_, claims) => claims[claim] = JsonValue.Create(value)));

        answer.ShouldBeError(400, "invalid_dpop_proof");
        answer.Member("error_description").Should().Contain(named);
        host.Logs.Of(307).Should().ContainSingle().Which.Message.Should().EndWith(named);
    }

    [Test]
    public async Task Memory_of_one_process_under_a_shared_store_is_warned_of_unless_chosen([Values] bool isChosen)
    {
        await using var host = await DPoPHost.StartAsync(change: setup =>
        {
            var build = setup.Build!;
            setup.Build = rotation =>
            {
                build(rotation);
                if (isChosen)
                {
                    rotation.UseReplayStore<InMemoryReplayStore>();
                }
            };
        });

        host.Logs.Of(308).Should().HaveCount(isChosen ? 0 : 1);
    }

    [Test]
    public async Task Public_client_whose_tokens_are_unprotected_is_warned_of()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(RotationPolicy.Fapi with { RotationType = RotationType.NonRotating }));

        host.Logs.Of(309).Select(entry => entry.Message).Should().Contain(message => message.Contains("spa", StringComparison.Ordinal));
        host.Logs.Of(309).Should().NotContain(entry => entry.Message.Contains("client web", StringComparison.Ordinal));
    }
}
