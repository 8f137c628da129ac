using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>What ends at OpenIddict ends here, and the other way round.</summary>
[TestFixture]
internal sealed class EndingTests
{
    private OpenIddictHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _host = await OpenIddictHost.StartAsync(await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString), RotationPolicy.Strict with { ActiveCap = 2 });

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [SetUp]
    public void Reset() => _host.Pages.AuthorizationId = null;

    [TestCase("authorization", "revoked")]
    [TestCase("authorization", "deleted")]
    [TestCase("token", "revoked")]
    [TestCase("token", "deleted")]
    public async Task What_OpenIddict_ends_ends_the_family(string what, string how)
    {
        var user = $"{what}-{how}";
        var token = (await _host.Client.LogInAsync(user)).RefreshToken;
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
            var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
            var family = await FamilyAsync(user);
            if (what == "authorization")
            {
                var authorization = await authorizations.FindByIdAsync(family.AuthorizationId!);
                await (how == "revoked" ? authorizations.TryRevokeAsync(authorization!).AsTask() : authorizations.DeleteAsync(authorization!).AsTask());
            }
            else
            {
                var entry = await tokens.FindByReferenceIdAsync($"rtr_family:{family.FamilyId:N}");
                await (how == "revoked" ? tokens.TryRevokeAsync(entry!).AsTask() : tokens.DeleteAsync(entry!).AsTask());
            }
        }

        (await _host.Client.IntrospectAsync(token)).Text("active").Should().Be("False");
        (await FamilyAsync(user)).RevokedAt.Should().NotBeNull();
        (await _host.Client.RefreshAsync(token)).Text("error").Should().Be("invalid_grant");
    }

    [TestCase("revoked")]
    [TestCase("replayed")]
    [TestCase("evicted")]
    [TestCase("every session of the user")]
    public async Task What_ends_here_ends_at_OpenIddict(string how)
    {
        var user = how.Replace(' ', '-');
        var first = await _host.Client.LogInAsync(user);
        var family = await FamilyAsync(user);
        switch (how)
        {
            case "revoked":
                await _host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(family.FamilyId));
                break;
            case "replayed":
                await _host.Client.RefreshAsync(first.RefreshToken);
                await _host.Client.RefreshAsync(first.RefreshToken);
                break;
            case "evicted":
                await _host.Client.LogInAsync(user);
                await _host.Client.LogInAsync(user);
                break;
            default:
                await _host.Families.RevokeAsync(TokenFamilyFilter.ForUser(family.Subject));
                break;
        }

        // Events come after the answer.
        await Eventually.HoldsAsync(async () => await StatusAsync(family.AuthorizationId!) == Statuses.Revoked, "the authorization is revoked");
        (await _host.CountAsync($"""SELECT count(*) FROM "OpenIddictTokens" WHERE "AuthorizationId" = '{family.AuthorizationId}' AND "Status" = 'valid'""")).Should().Be(0);
    }

    [Test]
    public async Task Consent_for_more_than_one_log_in_outlives_a_family()
    {
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
            var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
            var client = await applications.GetIdAsync((await applications.FindByClientIdAsync(OpenIddictClient.Spa))!);
            var consent = await authorizations.CreateAsync(new OpenIddictAuthorizationDescriptor
            {
                ApplicationId = client,
                Subject = "user-consent",
                Type = AuthorizationTypes.Permanent,
                Status = Statuses.Valid,
            });
            _host.Pages.AuthorizationId = await authorizations.GetIdAsync(consent);
        }

        var one = await _host.Client.LogInAsync("consent");
        var other = await _host.Client.LogInAsync("consent");
        await _host.Client.RefreshAsync(one.RefreshToken);
        (await _host.Client.RefreshAsync(one.RefreshToken)).IsOk.Should().BeFalse("it is a replay");
        (await _host.Client.RefreshAsync(other.RefreshToken)).IsOk.Should().BeTrue();
        (await StatusAsync(_host.Pages.AuthorizationId!)).Should().Be(Statuses.Valid);
    }

    [Test]
    public async Task Pruning_of_OpenIddict_keeps_a_living_family()
    {
        var token = (await _host.Client.LogInAsync("pruned")).RefreshToken;
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            await _host.CountAsync("""UPDATE "OpenIddictTokens" SET "CreationDate" = '2020-01-01'; UPDATE "OpenIddictAuthorizations" SET "CreationDate" = '2020-01-01'; SELECT 0""");
            var threshold = DateTimeOffset.UtcNow.AddDays(-14);
            await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(threshold);
            await scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(threshold);
        }

        (await _host.Client.RefreshAsync(token)).IsOk.Should().BeTrue();
    }

    private async Task<TokenFamilyInfo> FamilyAsync(string user) => (await _host.Families.ListAsync(TokenFamilyFilter.ForUser($"user-{user}"))).Families[0];

    private async Task<string?> StatusAsync(string authorizationId)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
        return await authorizations.GetStatusAsync((await authorizations.FindByIdAsync(authorizationId))!);
    }
}
