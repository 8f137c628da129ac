using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Introspection;

/// <summary>Whose tokens a client may introspect.</summary>
[TestFixture]
internal sealed class IntrospectionOwnershipTests
{
    [TestCase(Clients.Api1, true)]
    [TestCase("https://api1.example", true)]
    [TestCase(Clients.Api2, false)]
    public async Task Client_reads_access_tokens_for_its_audiences_and_its_own_refresh_tokens(string audience, bool isActive)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.Clients.Add(new OAuthClient
        {
            ClientId = "api",
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash("s")],
            AllowIntrospection = true,
            Audiences = [audience],
        })));
        var refreshed = await host.RefreshAsync((await host.IssueAsync()).RefreshToken.Reveal());
        var own = await host.IssueAsync("api");

        (await AskAsync(refreshed.AccessToken!)).Json.GetProperty("active").GetBoolean().Should().Be(isActive);
        (await AskAsync(refreshed.RefreshToken!)).Text.Should().Be("""{"active":false}""");
        (await AskAsync(own.RefreshToken.Reveal())).Json.GetProperty("active").GetBoolean().Should().BeTrue();

        Task<Answer> AskAsync(string token) => host.PostAsync("/oauth/introspect", $"token={token}", request => request.Basic("api", "s"));
    }
}
