using System.Text.Json;
using RefreshTokenRotation.AspNetCore.Management;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>The unmodified management library that users of Auth0 have (npm <c>auth0</c>), against the endpoints.</summary>
public sealed class NpmManagementTests
{
    private const string User = "auth0|7/ü";

    [Test]
    public async Task Clients_are_read_and_changed()
    {
        await using var host = await Admin.StartAsync();

        var result = await RunAsync(host, "clients");

        var before = result.GetProperty("before");
        before.GetProperty("client_id").GetString().Should().Be("spa");
        before.GetProperty("refresh_token").GetRawText().Should().Be(result.GetProperty("reset").GetRawText());
        result.GetProperty("fields").GetRawText().Should().Be("""{"client_id":"spa"}""");
        Settings("numbers").Should().Be(("rotating", "expiring", 10, 1_209_600, 604_800, "null"));
        Settings("reusable").Should().Be(("non-rotating", "non-expiring", 10, 1_209_600, 604_800, "null"));
        Settings("rotating").Should().Be(("rotating", "expiring", 10, 1_209_600, 604_800, """[{"audience":"https://api2.example/","scope":["read"]}]"""));
        Settings("withoutPolicies").Should().Be(("rotating", "expiring", 10, 1_209_600, 604_800, "null"));
        result.GetProperty("wrong").GetString().Should().Be("400 BadRequestError leeway (-1 s) must be between 0 s and MaximumLeeway (3600 s).");
        result.GetProperty("unknown").GetString().Should().Be("404 NotFoundError The client does not exist.");

        (string?, string?, int, int, int, string) Settings(string name)
        {
            var settings = result.GetProperty(name);
            return (
                settings.GetProperty("rotation_type").GetString(),
                settings.GetProperty("expiration_type").GetString(),
                settings.GetProperty("leeway").GetInt32(),
                settings.GetProperty("token_lifetime").GetInt32(),
                settings.GetProperty("idle_token_lifetime").GetInt32(),
                settings.GetProperty("policies").GetRawText());
        }
    }

    [Test]
    public async Task Device_credentials_are_listed_to_the_end_and_deleted()
    {
        await using var host = await Admin.StartAsync(setup => setup.Policy(RotationPolicy.Strict with { ActiveCap = 2000 }));
        for (var i = 0; i < 1010; i++)
        {
            await IssueAsync(host, resource: Clients.Api2);
        }

        host.Time.Advance(TimeSpan.FromSeconds(1));
        await IssueAsync(host);

        var result = await RunAsync(host, "deviceCredentials");

        var all = result.GetProperty("all");
        all.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).Distinct().Should().HaveCount(1000, "no list of this kind goes further");
        all.GetProperty("pages").GetInt32().Should().Be(21, "the page that begins at the end is empty");
        all.GetProperty("items")[0].EnumerateObject().Select(member => member.Name).Should().Equal("id", "device_name", "type", "user_id", "client_id");
        result.GetProperty("untyped").GetInt32().Should().Be(0, "pages without a type list reusable tokens alone");
        result.GetProperty("publicKeys").GetArrayLength().Should().Be(0);
        result.GetProperty("fields")[0].GetRawText().Should().Be("""{"device_name":null}""");
        result.GetProperty("after").GetInt32().Should().Be(1, "the whole grant of the credential ended");
        result.GetProperty("unknown").GetString().Should().StartWith("404 ");
    }

    [Test]
    public async Task Grants_are_listed_and_deleted()
    {
        await using var host = await Admin.StartAsync();
        await IssueAsync(host);
        await IssueAsync(host);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await IssueAsync(host, Clients.Confidential, Clients.Api2);

        var result = await RunAsync(host, "grants");

        Grants("all").Should().Equal((Clients.Public, Clients.Api1), (Clients.Confidential, Clients.Api2));
        Grants("one").Should().Equal((Clients.Public, Clients.Api1));
        Grants("after").Should().Equal((Clients.Confidential, Clients.Api2));
        Grants("end").Should().BeEmpty();

        IEnumerable<(string?, string?)> Grants(string name) =>
            result.GetProperty(name).EnumerateArray().Select(grant => (grant.GetProperty("clientID").GetString(), grant.GetProperty("audience").GetString()));
    }

    [Test]
    public async Task Refresh_tokens_are_walked_read_changed_and_revoked()
    {
        await using var host = await Admin.StartAsync(setup => setup.Policy(RotationPolicy.Strict with { ActiveCap = 2000 }));
        for (var i = 0; i < 1010; i++)
        {
            await IssueAsync(host);
        }

        await host.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = Clients.Public });

        var result = await RunAsync(host, "refreshTokens");

        result.GetProperty("ids").GetInt32().Should().Be(1010);
        result.GetProperty("pages").GetInt32().Should().Be(11);
        result.GetProperty("same").GetBoolean().Should().BeTrue();
        result.GetProperty("got").GetProperty("user_id").GetString().Should().Be(User);
        result.GetProperty("metadata").GetRawText().Should().Be("""[{"plan":"gold"},{}]""");
        result.GetProperty("left").GetInt32().Should().Be(1007);
        result.GetProperty("shown").GetRawText().Should().Be("""["id"]""");
        result.GetProperty("none").GetArrayLength().Should().Be(0);
        result.GetProperty("others").GetArrayLength().Should().Be(0, "every token of the client was revoked");
        result.GetProperty("gone").GetString().Should().Be("404 NotFoundError The refresh token does not exist.");
        result.GetProperty("unknown").GetString().Should().Be("404 NotFoundError The refresh token does not exist.");
    }

    [Test]
    public async Task Refresh_tokens_of_a_user_are_listed_and_revoked_by_session_and_all()
    {
        await using var host = await Admin.StartAsync();
        foreach (var session in (string[])["s1", "s2", "s3"])
        {
            await IssueAsync(host, session: session);
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var result = await RunAsync(host, "users");

        result.GetProperty("before").GetRawText().Should().Be("""["s1","s2","s3"]""");
        result.GetProperty("after").GetRawText().Should().Be("""["s2","s3"]""");
        result.GetProperty("preserved").GetString().Should().StartWith("400 BadRequestError preserve_refresh_tokens (true) leaves nothing to revoke");
        result.GetProperty("deleted").GetRawText().Should().Be("[]");
    }

    [Test]
    public async Task Missing_permission_is_read_as_one()
    {
        await using var host = await Admin.StartAsync();

        var result = await RunAsync(host, "forbidden", ManagementScopes.ReadClients);

        result.GetProperty("refused").GetString().Should().Be("403 ForbiddenError Insufficient scope, expected any of: read:refresh_tokens");
    }

    private static Task<JsonElement> RunAsync(TestHost host, string scenario, params string[] scopes) => NodeScript.RunAsync("auth0.mjs", new
    {
        scenario,
        issuer = "https://login.example/",
        address = host.Address,
        token = Admin.BearerToken(scopes is [] ? ManagementScopes.All : scopes),
        userId = User,
        otherId = "bob",
        clientId = Clients.Public,
        audience = Clients.Api1,
    });

    private static async Task<IssueResult> IssueAsync(TestHost host, string client = Clients.Public, string resource = Clients.Api1, string? session = null) =>
        await host.Tokens.IssueAsync(new IssueRequest { Subject = User, ClientId = client, Scopes = ["openid"], Resources = [resource], SessionId = session });
}
