using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>An outage is 503 and costs nobody a session; a server that can't hold families does not start.</summary>
[TestFixture]
internal sealed class OutageTests
{
    [TestCase("find")]
    [TestCase("swap")]
    public async Task Outage_of_the_store_is_503_and_consumes_nothing(string call)
    {
        var store = new InterceptingStore();
        await using var host = await OpenIddictHost.StartAsync(
            await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString),
            RotationPolicy.Strict,
            configureFamilies: builder => builder.Services.AddSingleton<ITokenStore>(store));
        var token = (await host.Client.LogInAsync()).RefreshToken;
        store.Before = name => name == call ? throw new IOException("the store is down") : Task.CompletedTask;
        var outage = await host.Client.RefreshAsync(token);
        outage.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        outage.Text("error").Should().Be("temporarily_unavailable");
        store.Before = null;
        (await host.Client.RefreshAsync(token)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Code_survives_an_outage_and_still_buys_one_family()
    {
        var store = new InterceptingStore();
        await using var host = await OpenIddictHost.StartAsync(
            await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString),
            RotationPolicy.Strict,
            configureFamilies: builder => builder.Services.AddSingleton<ITokenStore>(store));
        var (code, verifier) = await host.Client.GetCodeAsync();
        store.Before = name => name == "add" ? throw new IOException("the store is down") : Task.CompletedTask;
        (await host.Client.RedeemAsync(code, verifier)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        store.Before = null;

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Client.RedeemAsync(code, verifier)));

        answers.Should().ContainSingle(answer => answer.IsOk);
        (await host.Families.ListAsync(TokenFamilyFilter.ForTenant(string.Empty))).Families.Should().ContainSingle();
        (await host.Client.RedeemAsync(code, verifier)).IsOk.Should().BeFalse();
    }

    /// <summary>A trigger refuses what the server writes of a family's principal.</summary>
    [Test]
    public async Task Database_that_refuses_the_principal_leaves_no_family_and_consumes_nothing()
    {
        await using var host = await OpenIddictHost.StartAsync(
            await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString), RotationPolicy.Strict);
        var token = (await host.Client.LogInAsync("ada")).RefreshToken;
        host.Pages.OnRefresh = static principal => principal.SetClaims(Claims.Role, ["admin"]);
        await host.CountAsync("""
            CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;
            CREATE TRIGGER refuse BEFORE UPDATE ON "OpenIddictTokens" FOR EACH ROW WHEN (NEW."Payload" LIKE 'rtr1:%') EXECUTE FUNCTION refuse();
            SELECT 0
            """);

        (await host.Client.LogInAsync("ben")).IsOk.Should().BeFalse();
        (await host.Client.RefreshAsync(token)).IsOk.Should().BeFalse();

        (await host.Families.ListAsync(TokenFamilyFilter.ForUser("user-ben"))).Families.Should().BeEmpty();
        (await host.Families.ListAsync(TokenFamilyFilter.ForUser("user-ada"))).Families.Should().ContainSingle().Which.Generation.Should().Be(0);
        await host.CountAsync("""DROP TRIGGER refuse ON "OpenIddictTokens"; SELECT 0""");
        (await host.Client.RefreshAsync(token)).IsOk.Should().BeTrue();
        (await host.Client.LogInAsync("ben")).IsOk.Should().BeTrue();
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Server_without_token_entries_fails_validation(bool degraded)
    {
        var services = new ServiceCollection();
        services.AddOpenIddict().AddServer(static _ => { }).UseRefreshTokenRotation();
        using var provider = services.BuildServiceProvider();
        var options = new OpenIddictServerOptions { EnableDegradedMode = degraded, DisableTokenStorage = !degraded };

        var failures = provider.GetServices<IValidateOptions<OpenIddictServerOptions>>().SelectMany(validator => validator.Validate(Options.DefaultName, options).Failures ?? []);

        failures.Should().ContainSingle().Which.Should().Contain(degraded ? "EnableDegradedMode" : "DisableTokenStorage");
    }
}
