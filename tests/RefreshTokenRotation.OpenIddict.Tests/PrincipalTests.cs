using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using RefreshTokenRotation.OpenIddict.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>The principal lives as long as the family, and costs a write only where the host changes it.</summary>
[TestFixture]
internal sealed class PrincipalTests
{
    private OpenIddictHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _host = await OpenIddictHost.StartAsync(
            await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString),
            RotationPolicy.Strict,
            configureRotation: options => options.StoreTokenEntries = false);

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [SetUp]
    public void Reset() => _host.Pages.OnRefresh = static principal => principal;

    [Test]
    public async Task Claims_and_destinations_survive_every_rotation()
    {
        string[]? seen = null;
        _host.Pages.OnRefresh = principal =>
        {
            seen = [.. principal.Claims.Select(static claim => $"{claim.Type}={claim.Value}>{string.Join(',', claim.GetDestinations())}")
                .Where(static text => !text.StartsWith("oi_crt_dt", StringComparison.Ordinal) && !text.StartsWith("oi_exp_dt", StringComparison.Ordinal)
                    && !text.StartsWith("exp=", StringComparison.Ordinal) && !text.StartsWith("iat=", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
            return principal;
        };
        var token = (await _host.Client.LogInAsync()).RefreshToken;
        token = (await _host.Client.RefreshAsync(token)).RefreshToken;
        var first = seen;
        first.Should().Contain("role=writer>access_token,id_token").And.Contain("email=alice@example.org>access_token");
        for (var i = 0; i < 5; i++)
        {
            token = (await _host.Client.RefreshAsync(token)).RefreshToken;
        }

        seen.Should().Equal(first);
    }

    [Test]
    public async Task Rotation_adds_no_row_and_writes_no_principal()
    {
        var token = (await _host.Client.LogInAsync("rows")).RefreshToken;
        var (rows, stamp) = (await _host.RowsAsync(), await StampAsync());
        for (var i = 0; i < 10; i++)
        {
            token = (await _host.Client.RefreshAsync(token)).RefreshToken;
            token.Should().NotBeEmpty();
        }

        (await _host.RowsAsync()).Should().Be(rows);
        (await StampAsync()).Should().Be(stamp);

        Task<string?> StampAsync() => _host.ReadTextAsync("""SELECT "ConcurrencyToken" FROM "OpenIddictTokens" WHERE "Subject" = 'user-rows' AND "Payload" LIKE 'rtr1:%'""");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Host_changes_the_principal(bool inPlace)
    {
        var user = inPlace ? "in-place" : "copy";
        var token = (await _host.Client.LogInAsync(user)).RefreshToken;
        _host.Pages.OnRefresh = principal =>
        {
            var changed = inPlace ? principal : new ClaimsPrincipal(((ClaimsIdentity)principal.Identity!).Clone());
            return changed.SetClaims(Claims.Role, ["admin"]);
        };
        token = (await _host.Client.RefreshAsync(token)).RefreshToken;
        string[] roles = [];
        _host.Pages.OnRefresh = principal =>
        {
            roles = [.. principal.GetClaims(Claims.Role)];
            return principal;
        };
        (await _host.Client.RefreshAsync(token)).IsOk.Should().BeTrue();
        roles.Should().Equal("admin");
        (await _host.CountAsync($"""SELECT count(*) FROM "OpenIddictTokens" WHERE "Subject" = 'user-{user}'""")).Should().Be(1);
    }

    [Test]
    public async Task Introspection_and_revocation_endpoints_know_the_family()
    {
        var client = _host.Client;
        var first = (await client.PostAsync("/connect/token", [.. OpenIddictClient.Web, ("grant_type", "password"), ("username", "ivy"), ("password", "secret"), ("scope", OpenIddictClient.Scope)])).RefreshToken;
        var token = (await client.PostAsync("/connect/token", [.. OpenIddictClient.Web, ("grant_type", "refresh_token"), ("refresh_token", first)])).RefreshToken;
        (await client.IntrospectAsync(first)).Text("active").Should().Be("False", "it was superseded");
        var active = await client.IntrospectAsync(token);
        active.Text("active").Should().Be("True");
        active.Text("sub").Should().Be("user-ivy");
        var family = (await _host.Families.ListAsync(TokenFamilyFilter.ForUser("user-ivy"))).Families.Single();
        active.Text("exp").Should().Be(family.IdleExpiresAt!.Value.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));

        await client.RevokeAsync(first); // another client asks
        (await client.IntrospectAsync(token)).Text("active").Should().Be("True");
        (await client.PostAsync("/connect/revoke", [.. OpenIddictClient.Web, ("token", first)])).IsOk.Should().BeTrue("any token of a family ends it");
        (await client.PostAsync("/connect/revoke", [.. OpenIddictClient.Web, ("token", first)])).IsOk.Should().BeTrue("it is idempotent");
        (await client.IntrospectAsync(token)).Text("active").Should().Be("False");
        (await client.PostAsync("/connect/token", [.. OpenIddictClient.Web, ("grant_type", "refresh_token"), ("refresh_token", token)])).Text("error").Should().Be("invalid_grant");
        (await _host.Families.FindAsync(family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.ClientRequest);
    }

    /// <summary>The lifetime of a family is its own token's, not that of another token in the same request.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task Expired_token_beside_a_refresh_token_stays_expired(bool isActor)
    {
        var log = await _host.Client.LogInAsync("joy");
        var options = _host.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        var expired = EarlierTokens.ExpiredAccessToken(options, _host.Address, "user-joy");

        (await ExchangeAsync(log.AccessToken)).IsOk.Should().BeTrue("the request is well formed");
        (await ExchangeAsync(expired)).IsOk.Should().BeFalse();

        Task<Answer> ExchangeAsync(string accessToken) => _host.Client.PostAsync(
            "/connect/token",
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("client_id", OpenIddictClient.Spa),
            ("subject_token", isActor ? log.RefreshToken : accessToken),
            ("subject_token_type", isActor ? "urn:ietf:params:oauth:token-type:refresh_token" : "urn:ietf:params:oauth:token-type:access_token"),
            ("actor_token", isActor ? accessToken : log.RefreshToken),
            ("actor_token_type", isActor ? "urn:ietf:params:oauth:token-type:access_token" : "urn:ietf:params:oauth:token-type:refresh_token"),
            ("scope", OpenIddictClient.Scope));
    }
}
