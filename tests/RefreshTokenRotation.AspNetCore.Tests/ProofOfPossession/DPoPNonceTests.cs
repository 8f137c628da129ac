using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Nonces of the server in DPoP proofs (RFC 9449 section 8).</summary>
public sealed class DPoPNonceTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    [Test]
    public async Task Proof_without_nonce_is_told_one_and_the_next_succeeds()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);
        var issued = await host.IssueAsync();

        var told = await client.RefreshAsync(issued.RefreshToken.Reveal());
        client.Nonce = told.Header("DPoP-Nonce");
        var answer = await client.RefreshAsync(issued.RefreshToken.Reveal());

        told.ShouldBeError(400, "use_dpop_nonce");
        client.Nonce.Should().NotBeNullOrEmpty();
        ((int)answer.Status).Should().Be(200, answer.Text);
        answer.Headers.Should().NotContainKey("DPoP-Nonce", "this one is good for a while");
    }

    [Test]
    public async Task Nonce_that_ends_soon_is_followed_by_the_next_and_one_that_is_over_is_refused()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);
        var first = client.Nonce = (await client.LogInAsync()).Header("DPoP-Nonce");
        host.Time.Advance(TimeSpan.FromMinutes(2.5));

        var answer = await client.LogInAsync();
        host.Time.Advance(TimeSpan.FromMinutes(2.5));
        var late = await client.LogInAsync();
        client.Nonce = answer.Header("DPoP-Nonce");
        var next = await client.LogInAsync();

        ((int)answer.Status).Should().Be(200, answer.Text);
        client.Nonce.Should().NotBeNullOrEmpty().And.NotBe(first);
        late.ShouldBeError(400, "use_dpop_nonce");
        ((int)next.Status).Should().Be(200, next.Text);
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("\u00fc")]
    public async Task Invented_nonce_is_refused_and_consumes_nothing(string nonce)
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host) { Nonce = nonce };
        var issued = await host.IssueAsync();

        var answer = await client.RefreshAsync(issued.RefreshToken.Reveal());

        answer.ShouldBeError(400, "use_dpop_nonce");
        answer.Headers.Should().ContainKey("DPoP-Nonce");
        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Nodes_with_one_key_know_each_others_nonces_and_others_do_not()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        await using var stranger = await StartAsync(options => options.NonceKey = default);
        using var first = new DPoPClient(one);
        var nonce = (await first.LogInAsync()).Header("DPoP-Nonce");
        using var second = new DPoPClient(two) { Nonce = nonce };
        using var third = new DPoPClient(stranger) { Nonce = nonce };

        ((int)(await second.LogInAsync()).Status).Should().Be(200);
        (await third.LogInAsync()).ShouldBeError(400, "use_dpop_nonce");
        stranger.Logs.Of(303).Should().ContainSingle();
        one.Logs.Of(303).Should().BeEmpty();
    }

    [Test]
    public async Task Client_whose_clock_is_wrong_is_served_and_a_proof_still_works_once()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);
        client.Nonce = (await client.LogInAsync()).Header("DPoP-Nonce");
        var proof = client.Proof((_, claims) => claims["iat"] = 1);

        ((int)(await client.LogInAsync(proof)).Status).Should().Be(200);
        host.Time.Advance(TimeSpan.FromMinutes(2.5));
        (await client.LogInAsync(proof)).ShouldBeError(400, "invalid_dpop_proof");
    }

    [Test]
    public async Task Script_of_the_clients_origin_can_read_the_nonce()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);

        var answer = await host.TokenAsync("grant_type=refresh_token&client_id=spa&refresh_token=x", request =>
        {
            request.Headers.Add("Origin", Clients.Origin);
            request.Headers.Add("DPoP", client.Proof());
        });

        answer.ShouldBeError(400, "use_dpop_nonce");
        answer.Header("Access-Control-Allow-Origin").Should().Be(Clients.Origin);
        answer.Header("Access-Control-Expose-Headers").Should().Contain("dpop-nonce");
    }

    private static Task<TestHost> StartAsync(Action<DPoPOptions>? configure = null) => DPoPHost.StartAsync(options =>
    {
        (options.RequireNonce, options.NonceKey) = (true, Key);
        configure?.Invoke(options);
    });
}
