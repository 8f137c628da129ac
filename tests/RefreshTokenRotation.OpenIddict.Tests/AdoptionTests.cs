using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>Refresh tokens that OpenIddict issued before rotation was added to the same server.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class AdoptionTests(bool byReference)
{
    private OpenIddictHost _before = null!;
    private OpenIddictHost _strict = null!;
    private OpenIddictHost _spa = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var database = await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString);
        _before = await OpenIddictHost.StartAsync(database, policy: null, server => Configure(server));
        _strict = await OpenIddictHost.StartAsync(database, RotationPolicy.Strict, server => Configure(server));
        _spa = await OpenIddictHost.StartAsync(database, RotationPolicy.Spa with { Leeway = TimeSpan.FromMinutes(5) }, server => Configure(server));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _before.DisposeAsync();
        await _strict.DisposeAsync();
        await _spa.DisposeAsync();
    }

    [Test]
    public async Task Token_is_adopted_once_with_its_principal_and_its_replay_is_reuse()
    {
        var old = (await _before.Client.LogInAsync("alice")).RefreshToken;
        string[] roles = [];
        _strict.Pages.OnRefresh = principal =>
        {
            roles = [.. principal.GetClaims(Claims.Role)];
            return principal;
        };
        var first = await _strict.Client.RefreshAsync(old);
        first.Status.Should().Be(HttpStatusCode.OK, first.Json.ToString());
        first.RefreshToken.Should().StartWith("rtr_");
        roles.Should().BeEquivalentTo("reader", "writer");
        var second = await _strict.Client.RefreshAsync(first.RefreshToken);
        second.Status.Should().Be(HttpStatusCode.OK, second.Json.ToString());
        roles.Should().BeEquivalentTo("reader", "writer");
        (await _before.Client.RefreshAsync(old)).IsOk.Should().BeFalse("a node without rotation refuses it too");
    }

    [Test]
    public async Task Replay_of_an_adopted_token_is_reuse()
    {
        var old = (await _before.Client.LogInAsync("bob")).RefreshToken;
        var first = await _strict.Client.RefreshAsync(old);
        (await _strict.Client.RefreshAsync(old)).Text("error").Should().Be("invalid_grant");
        (await _strict.Client.RefreshAsync(first.RefreshToken)).Text("error").Should().Be("invalid_grant");
        (await _strict.Families.ListAsync(TokenFamilyFilter.ForUser("user-bob"))).Families.Should().ContainSingle()
            .Which.RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Retry_inside_leeway_gets_the_same_successor()
    {
        var old = (await _before.Client.LogInAsync("carol")).RefreshToken;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _spa.Client.RefreshAsync(old)));
        answers.Should().OnlyContain(answer => answer.IsOk);
        answers.Select(answer => answer.RefreshToken).Distinct().Should().ContainSingle();
        (await _spa.Families.ListAsync(TokenFamilyFilter.ForUser("user-carol"))).Families.Should().ContainSingle();
        (await _spa.Client.RefreshAsync(answers[0].RefreshToken)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Token_that_a_parallel_request_adopts_during_validation_gets_the_same_successor()
    {
        var old = (await _before.Client.LogInAsync("cora")).RefreshToken;
        var rival = new Lazy<Task<Answer>>(() => _spa.Client.RefreshAsync(old));
        var store = new InterceptingStore(_spa.Services.GetRequiredService<ITokenStore>()) { After = name => name == "find" ? rival.Value : Task.CompletedTask };
        await using var host = await OpenIddictHost.StartAsync(
            _before.ConnectionString,
            RotationPolicy.Spa with { Leeway = TimeSpan.FromMinutes(5) },
            server => Configure(server),
            configureFamilies: families => families.Services.AddSingleton<ITokenStore>(store));

        var answer = await host.Client.RefreshAsync(old);

        answer.IsOk.Should().BeTrue(answer.Json.ToString());
        answer.RefreshToken.Should().Be((await rival.Value).RefreshToken);
    }

    [Test]
    public async Task Other_client_adopts_nothing()
    {
        var old = (await _before.Client.LogInAsync("dora")).RefreshToken;
        (await _strict.Client.RefreshAsync(old, OpenIddictClient.OtherSpa)).Text("error").Should().Be("invalid_grant");
        (await _strict.Client.RefreshAsync(old)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Token_that_a_node_without_rotation_redeems_meanwhile_is_refused()
    {
        var store = new InterceptingStore();
        var old = (await _before.Client.LogInAsync("olga")).RefreshToken;
        Answer there = default;
        store.Before = async name => there = name == "add" && !there.IsOk ? await _before.Client.RefreshAsync(old) : there;
        await using (var host = await OpenIddictHost.StartAsync(
            _before.ConnectionString, RotationPolicy.Spa, server => Configure(server), configureFamilies: families => families.Services.AddSingleton<ITokenStore>(store)))
        {
            (await host.Client.RefreshAsync(old)).Text("error").Should().Be("invalid_grant");

            there.IsOk.Should().BeTrue();
            (await host.Families.ListAsync(TokenFamilyFilter.ForUser("user-olga"))).Families.Should().BeEmpty();
            await using var scope = host.Services.CreateAsyncScope();
            var entries = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
            await foreach (var entry in entries.FindBySubjectAsync("user-olga"))
            {
                (await entries.GetPayloadAsync(entry) ?? string.Empty).Should().NotStartWith("rtr1:", "the family's entry would say that its session has ended");
            }
        }

        // Its events have all been handled.
        (await _before.Client.RefreshAsync(there.RefreshToken)).IsOk.Should().BeTrue("that session goes on alone");
    }

    [Test]
    public async Task Redeemed_and_revoked_tokens_are_refused()
    {
        var redeemed = (await _before.Client.LogInAsync("eve")).RefreshToken;
        (await _before.Client.RefreshAsync(redeemed)).IsOk.Should().BeTrue();
        (await _strict.Client.RefreshAsync(redeemed)).Text("error").Should().Be("invalid_grant");

        var revoked = (await _before.Client.LogInAsync("eve")).RefreshToken;
        (await _before.Client.RevokeAsync(revoked)).IsOk.Should().BeTrue();
        (await _strict.Client.RefreshAsync(revoked)).Text("error").Should().Be("invalid_grant");
    }

    [Test]
    public async Task Revocation_endpoint_ends_a_token_that_was_not_adopted_yet()
    {
        var old = (await _before.Client.LogInAsync("finn")).RefreshToken;
        (await _strict.Client.RevokeAsync(old)).IsOk.Should().BeTrue();
        (await _strict.Client.RefreshAsync(old)).Text("error").Should().Be("invalid_grant");
        (await _before.Client.RefreshAsync(old)).Text("error").Should().Be("invalid_grant");
    }

    [Test]
    public async Task Without_adoption_earlier_tokens_are_refused_and_kept()
    {
        await using var host = await OpenIddictHost.StartAsync(
            _before.ConnectionString, RotationPolicy.Strict, server => Configure(server), options => options.AdoptIssuedTokens = false);
        var old = (await _before.Client.LogInAsync("gina")).RefreshToken;
        (await host.Client.RefreshAsync(old)).Text("error").Should().Be("invalid_grant");
        (await _strict.Client.RefreshAsync(old)).IsOk.Should().BeTrue();
    }

    [Test]
    public async Task Text_of_a_token_in_another_spelling_is_the_same_token()
    {
        if (byReference)
        {
            (await _strict.Client.RefreshAsync("=" + (await _before.Client.LogInAsync("hans")).RefreshToken)).IsOk.Should().BeFalse();
            return;
        }

        var old = (await _before.Client.LogInAsync("hans")).RefreshToken;
        (await _strict.Client.RefreshAsync(old)).IsOk.Should().BeTrue();
        await _strict.Client.RefreshAsync(old + "=");
        (await _strict.Families.ListAsync(TokenFamilyFilter.ForUser("user-hans"))).Families.Should().ContainSingle();
    }

    private OpenIddictServerBuilder Configure(OpenIddictServerBuilder server) => byReference ? server.UseReferenceRefreshTokens() : server;
}
