using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>A family that has ended is ended at OpenIddict too when it is next asked, though no event says so: a node crashed, or its queue was full.</summary>
[TestFixture]
internal sealed class LostEventTests
{
    private OpenIddictHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await OpenIddictHost.StartAsync(
        await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString),
        RotationPolicy.Strict with { ActiveCap = 1 },
        configureFamilies: builder =>
        {
            var handler = builder.Services.Single(service => service.ServiceType == typeof(IRefreshTokenEventHandler) && service.ImplementationType?.Name == "EndedFamilies");
            builder.Services.Remove(handler);
        });

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase("revoked")]
    [TestCase("deleted")]
    [TestCase("evicted")]
    public async Task Access_token_of_an_ended_family_is_refused(string how)
    {
        var log = await LogInAsync(how);
        (await _host.Client.IntrospectAsync(log.AccessToken)).Text("active").Should().Be("True");
        var family = await FamilyAsync(how);
        var filter = TokenFamilyFilter.ForFamily(family.FamilyId);
        Task end = how switch
        {
            "revoked" => _host.Families.RevokeAsync(filter).AsTask(),
            "deleted" => _host.Families.DeleteAsync(filter).AsTask(),
            _ => LogInAsync(how),
        };
        await end;

        (await _host.Client.IntrospectAsync(log.AccessToken)).Text("active").Should().Be("False");
        await ExpectEndedAsync(family);
    }

    [TestCase("revoked by hand")]
    [TestCase("replayed")]
    public async Task Token_of_an_ended_family_that_is_presented_ends_its_entries(string how)
    {
        var first = await LogInAsync(how);
        var family = await FamilyAsync(how);
        if (how == "replayed")
        {
            await RefreshAsync(first.RefreshToken);
        }
        else
        {
            await _host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(family.FamilyId));
        }

        await RefreshAsync(first.RefreshToken);
        await ExpectEndedAsync(family);
    }

    /// <summary>A trigger drops the first change of each row, as if another request had changed it: OpenIddict's managers then return false.</summary>
    [Test]
    public async Task Conflict_at_OpenIddict_is_tried_again()
    {
        var first = await LogInAsync("conflict");
        var family = await FamilyAsync("conflict");
        await _host.CountAsync("""
            CREATE SEQUENCE tokens_tries; CREATE SEQUENCE authorizations_tries;
            CREATE FUNCTION drop_first() RETURNS trigger AS $$ BEGIN IF nextval(TG_ARGV[0]) = 1 THEN RETURN NULL; END IF; RETURN NEW; END $$ LANGUAGE plpgsql;
            CREATE TRIGGER drop_first BEFORE UPDATE ON "OpenIddictTokens" FOR EACH ROW EXECUTE FUNCTION drop_first('tokens_tries');
            CREATE TRIGGER drop_first BEFORE UPDATE ON "OpenIddictAuthorizations" FOR EACH ROW EXECUTE FUNCTION drop_first('authorizations_tries');
            SELECT 0
            """);
        await _host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(family.FamilyId));
        await RefreshAsync(first.RefreshToken);
        (await _host.CountAsync("SELECT last_value FROM authorizations_tries")).Should().BeGreaterThan(1);
        await _host.CountAsync("""DROP FUNCTION drop_first CASCADE; DROP SEQUENCE tokens_tries; DROP SEQUENCE authorizations_tries; SELECT 0""");
        await ExpectEndedAsync(family);
    }

    private Task<Answer> LogInAsync(string user) => _host.Client.PostAsync(
        "/connect/token", [.. OpenIddictClient.Web, ("grant_type", "password"), ("username", user), ("password", "secret"), ("scope", OpenIddictClient.Scope)]);

    private Task<Answer> RefreshAsync(string token) =>
        _host.Client.PostAsync("/connect/token", [.. OpenIddictClient.Web, ("grant_type", "refresh_token"), ("refresh_token", token)]);

    private async Task<TokenFamilyInfo> FamilyAsync(string user) => (await _host.Families.ListAsync(TokenFamilyFilter.ForUser($"user-{user}"))).Families[0];

    private async Task ExpectEndedAsync(TokenFamilyInfo family)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
        (await authorizations.GetStatusAsync((await authorizations.FindByIdAsync(family.AuthorizationId!))!)).Should().Be(Statuses.Revoked);
        (await _host.CountAsync($"""SELECT count(*) FROM "OpenIddictTokens" WHERE "AuthorizationId" = '{family.AuthorizationId}' AND "Status" = 'valid'""")).Should().Be(0);
    }
}
