using System.Net;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>What is refused, and what a refusal costs.</summary>
[TestFixture]
internal sealed class ReuseTests
{
    private OpenIddictHost _strict = null!;
    private OpenIddictHost _spa = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var database = await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString);
        _strict = await OpenIddictHost.StartAsync(database, RotationPolicy.Strict);
        _spa = await OpenIddictHost.StartAsync(database, RotationPolicy.Spa with { Leeway = TimeSpan.FromMinutes(5) });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _strict.DisposeAsync();
        await _spa.DisposeAsync();
    }

    [Test]
    public async Task Replay_ends_the_family_before_the_host_is_asked()
    {
        var first = await _strict.Client.LogInAsync();
        var second = await _strict.Client.RefreshAsync(first.RefreshToken);
        var asked = 0;
        _strict.Pages.OnRefresh = principal =>
        {
            asked++;
            return principal;
        };

        var replay = await _strict.Client.RefreshAsync(first.RefreshToken);
        replay.Status.Should().Be(HttpStatusCode.BadRequest);
        replay.Text("error").Should().Be("invalid_grant");
        asked.Should().Be(0);
        (await _strict.Client.RefreshAsync(second.RefreshToken)).Text("error").Should().Be("invalid_grant");
    }

    [Test]
    public async Task Retry_inside_leeway_gets_the_same_successor()
    {
        var first = await _spa.Client.LogInAsync();
        var second = await _spa.Client.RefreshAsync(first.RefreshToken);
        var retry = await _spa.Client.RefreshAsync(first.RefreshToken);
        retry.RefreshToken.Should().NotBeEmpty().And.Be(second.RefreshToken);
        (await _spa.Client.RefreshAsync(retry.RefreshToken)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Refusal_by_the_host_consumes_nothing()
    {
        var first = await _strict.Client.LogInAsync("bob");
        _strict.Pages.OnRefresh = static _ => null;
        (await _strict.Client.RefreshAsync(first.RefreshToken)).Text("error").Should().Be("invalid_grant");
        _strict.Pages.OnRefresh = static principal => principal;
        (await _strict.Client.RefreshAsync(first.RefreshToken)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Fault_of_the_host_consumes_nothing()
    {
        var first = await _strict.Client.LogInAsync("fred");
        _strict.Pages.OnRefresh = static _ => throw new InvalidOperationException("the host's database is down");
        (await _strict.Client.RefreshAsync(first.RefreshToken)).IsOk.Should().BeFalse();
        _strict.Pages.OnRefresh = static principal => principal;
        (await _strict.Client.RefreshAsync(first.RefreshToken)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Other_client_gets_nothing_and_ends_nothing()
    {
        var first = await _strict.Client.LogInAsync("carol");
        (await _strict.Client.RefreshAsync(first.RefreshToken, OpenIddictClient.OtherSpa)).Text("error").Should().Be("invalid_grant");
        (await _strict.Client.RefreshAsync(first.RefreshToken)).IsOk.Should().BeTrue();
    }

    [TestCase("rtr_unknown")]
    [TestCase("rtr_family:0123456789abcdef0123456789abcdef")]
    public async Task Unknown_token_is_refused(string token) =>
        (await _strict.Client.RefreshAsync(token)).Text("error").Should().Be("invalid_grant");

    [Test]
    public async Task Entry_of_a_family_is_no_token()
    {
        var first = await _strict.Client.LogInAsync("dora");
        var family = (await _strict.Families.ListAsync(TokenFamilyFilter.ForUser("user-dora"))).Families.Should().ContainSingle().Subject;
        (await _strict.Client.RefreshAsync($"rtr_family:{family.FamilyId:N}")).Text("error").Should().Be("invalid_grant");
        (await _strict.Client.IntrospectAsync($"rtr_family:{family.FamilyId:N}")).IsOk.Should().BeTrue();
        (await _strict.Client.IntrospectAsync($"rtr_family:{family.FamilyId:N}")).Text("active").Should().Be("False");

        // Who reads the database holds the payload, and can't present it.
        var payload = await _strict.ReadTextAsync("""SELECT "Payload" FROM "OpenIddictTokens" WHERE "Subject" = 'user-dora' AND "Payload" LIKE 'rtr1:%'""");
        payload.Should().StartWith("rtr1:");
        (await _strict.Client.RefreshAsync(payload!)).Text("error").Should().Be("invalid_grant");
        (await _strict.Client.RefreshAsync(payload!["rtr1:".Length..])).Text("error").Should().Be("invalid_grant");
        (await _strict.Client.RefreshAsync(first.RefreshToken)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Sign_in_without_offline_access_ends_the_family()
    {
        var first = await _strict.Client.LogInAsync("eve");
        _strict.Pages.OnRefresh = static principal => principal.WithScopes("openid");
        var second = await _strict.Client.RefreshAsync(first.RefreshToken);
        _strict.Pages.OnRefresh = static principal => principal;
        second.IsOk.Should().BeTrue();
        second.RefreshToken.Should().BeEmpty();
        (await _strict.Families.ListAsync(TokenFamilyFilter.ForUser("user-eve") with { State = FamilyState.Active })).Families.Should().BeEmpty();
        (await _strict.Client.RefreshAsync(first.RefreshToken)).Text("error").Should().Be("invalid_grant");
    }
}
