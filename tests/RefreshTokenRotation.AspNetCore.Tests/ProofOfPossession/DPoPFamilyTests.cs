using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Families and access tokens that are bound to a DPoP key (RFC 9449 section 5).</summary>
public sealed class DPoPFamilyTests
{
    [Test]
    public async Task Public_clients_family_needs_the_same_key_at_each_refresh()
    {
        var events = new EventLog();
        await using var host = await StartAsync(setup => setup.Build += rotation => events.AddTo(rotation));
        using var client = new DPoPClient(host);
        using var thief = new DPoPClient(host);
        var first = await client.LogInAsync();
        var second = await client.RefreshAsync(first.RefreshToken!);

        var stolen = await thief.RefreshAsync(second.RefreshToken!);

        stolen.ShouldBeError(400, "invalid_grant");
        (await client.RefreshAsync(second.RefreshToken!)).Member("token_type").Should().Be("DPoP", "nothing was consumed");
        await host.StopAsync();
        events.ShouldTellSenderMismatch();
    }

    [Test]
    public async Task Bound_family_without_a_proof_is_refused_like_any_token([Values(400, 403)] int status)
    {
        await using var host = await StartAsync(setup => setup.Endpoints(options => options.RefusedTokenStatusCode = status));
        using var client = new DPoPClient(host);
        var token = (await client.LogInAsync()).RefreshToken!;

        var answer = await host.RefreshAsync(token);

        answer.ShouldBeError(status, "invalid_grant");
        var unknown = await host.RefreshAsync("x");
        answer.Body.Should().Equal(unknown.Body);
        answer.Headers.Where(header => header.Key != "Date").Should().Equal(unknown.Headers.Where(header => header.Key != "Date"));
        ((int)(await client.RefreshAsync(token)).Status).Should().Be(200, "nothing was consumed");
    }

    [Test]
    public async Task Old_token_with_another_key_does_not_end_the_family()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);
        using var thief = new DPoPClient(host);
        var first = await client.LogInAsync();
        var second = await client.RefreshAsync(first.RefreshToken!);

        (await thief.RefreshAsync(first.RefreshToken!)).ShouldBeError(400, "invalid_grant");

        ((int)(await client.RefreshAsync(second.RefreshToken!)).Status).Should().Be(200);
    }

    [Test]
    public async Task Confidential_clients_family_is_not_bound_and_its_access_token_is()
    {
        await using var host = await StartAsync();
        using var first = new DPoPClient(host, client: Clients.Confidential);
        using var second = new DPoPClient(host, client: Clients.Confidential);
        var secret = $"&client_secret={Uri.EscapeDataString(Clients.Secret)}";
        var login = await first.LogInAsync(more: secret);

        var refreshed = await second.RefreshAsync(login.RefreshToken! + secret);

        refreshed.Member("token_type").Should().Be("DPoP", refreshed.Text);
        host.Issuer.Requests.Select(request => request.SenderKeyThumbprint).Should().Equal(first.Thumbprint, second.Thumbprint);
        (await host.TokenAsync($"grant_type=refresh_token&client_id=web&refresh_token={refreshed.RefreshToken}{secret}")).Member("token_type").Should().Be("Bearer");
    }

    [Test]
    public async Task Family_that_began_without_a_key_stays_unbound_and_the_access_token_is_bound()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);
        var issued = await host.IssueAsync();

        var refreshed = await client.RefreshAsync(issued.RefreshToken.Reveal());

        refreshed.Member("token_type").Should().Be("DPoP");
        (await host.RefreshAsync(refreshed.RefreshToken!)).Member("token_type").Should().Be("Bearer");
    }

    [Test]
    public async Task Client_that_must_prove_a_key_gets_nothing_without()
    {
        await using var host = await StartAsync(setup => setup.Endpoints(options => options.Clients.Add(
            new OAuthClient { ClientId = "bound", GrantTypes = [StubGrantHandler.Type, "refresh_token"], SenderConstraint = SenderConstraint.DPoP })));
        using var client = new DPoPClient(host, client: "bound");
        var login = await client.LogInAsync();

        (await host.RefreshAsync(login.RefreshToken!, client: "bound")).ShouldBeError(400, "invalid_dpop_proof");
        (await host.TokenAsync($"grant_type={StubGrantHandler.Type}&client_id=bound")).ShouldBeError(400, "invalid_dpop_proof");

        ((int)(await client.RefreshAsync(login.RefreshToken!)).Status).Should().Be(200);
    }

    [Test]
    public async Task Lost_answer_of_a_bound_family_is_recovered_for_a_day_by_the_same_key_alone()
    {
        await using var host = await StartAsync(setup => setup.Policy(RotationPolicy.Strict with { Leeway = TimeSpan.FromSeconds(10) }));
        using var client = new DPoPClient(host);
        using var thief = new DPoPClient(host);
        var first = await client.LogInAsync();
        var lost = await client.RefreshAsync(first.RefreshToken!);
        host.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));

        (await thief.RefreshAsync(first.RefreshToken!)).ShouldBeError(400, "invalid_grant");
        (await host.RefreshAsync(first.RefreshToken!)).ShouldBeError(400, "invalid_grant");
        var recovered = await client.RefreshAsync(first.RefreshToken!);

        ((int)recovered.Status).Should().Be(200, recovered.Text);
        recovered.RefreshToken.Should().NotBe(lost.RefreshToken);
        ((int)(await client.RefreshAsync(recovered.RefreshToken!)).Status).Should().Be(200);
    }

    [Test]
    public async Task Replay_by_the_same_key_after_a_day_is_reuse()
    {
        await using var host = await StartAsync(setup => setup.Policy(RotationPolicy.Strict with { Leeway = TimeSpan.FromSeconds(10) }));
        using var client = new DPoPClient(host);
        var first = await client.LogInAsync();
        var second = await client.RefreshAsync(first.RefreshToken!);
        host.Time.Advance(TimeSpan.FromDays(1));

        (await client.RefreshAsync(first.RefreshToken!)).ShouldBeError(400, "invalid_grant");

        (await client.RefreshAsync(second.RefreshToken!)).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Introspection_confirms_the_key()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);
        var login = await client.LogInAsync();

        var told = await host.PostAsync("/oauth/introspect", $"token={login.AccessToken}", request => request.Basic(Clients.Confidential, Clients.Secret));

        told.Member("token_type").Should().Be("DPoP", told.Text);
        told.Json.GetProperty("cnf").GetRawText().Should().Be($$"""{"jkt":"{{client.Thumbprint}}"}""");
    }

    private static Task<TestHost> StartAsync(Action<TestHostSetup>? change = null) => DPoPHost.StartAsync(change: change);
}
