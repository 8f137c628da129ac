using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Management;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.GlobalRevocation;

/// <summary>Global Token Revocation over HTTP: who may ask, by which name, and what ends.</summary>
[TestFixture]
internal sealed class GlobalRevocationTests
{
    private const string Path = "/oauth/global-token-revocation";
    private const string Issuer = "https://login.example/";
    private const string Tool = "incident-tool";
    private const string Signer = "identity-provider";
    private const string Secret = "the secret of the tool";
    private const string Alice = """{"sub_id":{"format":"iss_sub","iss":"https://idp.example/","sub":"a1"}}""";

    private readonly AssertionKey _key = AssertionKey.Create("ES256");

    [OneTimeTearDown]
    public void TearDown() => _key.Dispose();

    [TestCase(Alice)]
    [TestCase("""{"sub_id":{"format":"email","email":"alice@example.com"}}""")]
    [TestCase("""{"sub_id":{"format":"opaque","id":"alice-7"},"unknown":1}""")]
    public async Task Every_family_of_the_user_ends_at_all_clients_and_no_other(string body)
    {
        await using var host = await StartAsync();
        var first = await host.IssueAsync();
        var second = await host.IssueAsync(Clients.OtherPublic);
        var bob = await host.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = Clients.Public });
        var elsewhere = await host.IssueAsync(tenant: "acme");

        var answer = await AskAsync(host, body, Basic);

        ((int)answer.Status).Should().Be(204, answer.Text);
        answer.Body.Should().BeEmpty();
        answer.ShouldNotBeCached();
        (await host.RefreshAsync(first.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
        (await host.RefreshAsync(second.RefreshToken.Reveal(), client: Clients.OtherPublic)).ShouldBeError(400, "invalid_grant");
        ((int)(await host.RefreshAsync(bob.RefreshToken.Reveal())).Status).Should().Be(200);
        (await host.Families.FindAsync(elsewhere.Family.FamilyId, "acme"))!.RevokedAt.Should().BeNull("it is of another tenant");
    }

    [Test]
    public async Task Signed_jwt_authenticates_once()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync();
        var assertion = _key.Sign(AssertionKey.Claims(Signer, Issuer, host.Time.GetUtcNow()));

        ((int)(await AskAsync(host, Alice, Bearer(assertion))).Status).Should().Be(204);
        ShouldChallenge(await AskAsync(host, Alice, Bearer(assertion)));

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Nobody_else_may_ask_and_nothing_ends()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync();
        using var thief = AssertionKey.Create("ES256");
        var now = host.Time.GetUtcNow();

        ShouldChallenge(await AskAsync(host, Alice, static _ => { }));
        ShouldChallenge(await AskAsync(host, Alice, static request => request.Basic(Tool, "wrong")));
        ShouldChallenge(await AskAsync(host, Alice, static request => request.Basic("nobody", Secret)));
        ShouldChallenge(await AskAsync(host, Alice, Bearer("at-1")));
        ShouldChallenge(await AskAsync(host, Alice, Bearer(thief.Sign(AssertionKey.Claims(Signer, Issuer, now)))));
        ShouldChallenge(await AskAsync(host, Alice, Bearer(_key.Sign(AssertionKey.Claims(Signer, "https://other.example/", now)))));
        (await AskAsync(host, Alice, static request => request.Basic(Clients.Confidential, Clients.Secret))).ShouldBeError(403, "unauthorized_client");
        ShouldChallenge(await AskAsync(host, "not json", static _ => { }));

        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [TestCase("", "invalid_request")]
    [TestCase("[]", "invalid_request")]
    [TestCase("{}", "invalid_request")]
    [TestCase("""{"sub_id":"alice"}""", "invalid_request")]
    [TestCase("""{"sub_id":{"format":"phone_number","phone_number":"+1"}}""", "invalid_request")]
    [TestCase("""{"sub_id":{"format":"email"}}""", "invalid_request")]
    [TestCase("""{"sub_id":{"format":"email","email":7}}""", "invalid_request")]
    [TestCase("""{"sub_id":{"format":"iss_sub","iss":"https://idp.example/","sub":""}}""", "invalid_request")]
    [TestCase("""{"sub_id":{"format":"opaque","id":"alice-7"},"sub_id":{"format":"opaque","id":"bob"}}""", "invalid_request")]
    [TestCase("""{"sub_id":{"format":"opaque","id":"\ud800"}}""", "invalid_request")]
    public async Task Malformed_request_is_400(string body, string error)
    {
        await using var host = await StartAsync();

        (await AskAsync(host, body, Basic)).ShouldBeError(400, error);
    }

    [Test]
    public async Task Unknown_user_and_one_whom_the_caller_may_not_name_are_404()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync();

        (await AskAsync(host, """{"sub_id":{"format":"email","email":"nobody@example.com"}}""", Basic)).ShouldBeError(404, "user_not_found");
        var assertion = _key.Sign(AssertionKey.Claims(Signer, Issuer, host.Time.GetUtcNow()));
        (await AskAsync(host, """{"sub_id":{"format":"email","email":"alice@example.com"}}""", Bearer(assertion))).ShouldBeError(404, "user_not_found");

        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Form_get_and_outage_are_answered_as_elsewhere()
    {
        await using var host = await StartAsync();
        await host.IssueAsync();

        (await host.PostAsync(Path, "sub_id=alice", Basic)).ShouldBeError(400, "invalid_request");
        ((int)(await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, Path), Basic)).Status).Should().Be(405);
        host.Store.Plan = static _ => StoreFault.ThrowBeforeWrite;
        (await AskAsync(host, Alice, Basic)).ShouldBeError(503, "temporarily_unavailable");
    }

    [Test]
    public async Task Tenant_of_the_request_decides()
    {
        await using var host = await StartAsync(static setup => setup.Tenants(static options =>
            options.ResolveTenant = static context => context.Request.Headers["X-Tenant"].ToString()));
        var mine = await host.IssueAsync();
        var theirs = await host.IssueAsync(tenant: "acme");

        static void Acme(HttpRequestMessage request)
        {
            Basic(request);
            request.Headers.Add("X-Tenant", "acme");
        }

        (await AskAsync(host, """{"sub_id":{"format":"opaque","id":"alice-7"}}""", Acme)).ShouldBeError(404, "user_not_found");
        ((int)(await AskAsync(host, Alice, Acme)).Status).Should().Be(204);

        (await host.Families.FindAsync(theirs.Family.FamilyId, "acme"))!.RevocationReason.Should().Be(RevocationReason.Administrator);
        await host.ShouldStillExchangeAsync(mine.RefreshToken);
    }

    [Test]
    public async Task Sessions_of_the_host_end_first_and_the_audit_has_the_caller()
    {
        var audit = new AuditLog();
        List<string> ended = [];
        await using var host = await StartAsync(setup =>
        {
            setup.Endpoints(options => options.EndSessions = async (context, user, session) =>
            {
                var families = await context.RequestServices.GetRequiredService<ITokenFamilyManager>().ListAsync(TokenFamilyFilter.ForUser(user));
                ended.Add($"{user} {session ?? "all"}, {families.Families.Count(family => family.RevokedAt is null)} active");
            });
            setup.Build += audit.AddTo;
        });
        await host.IssueAsync();

        await AskAsync(host, Alice, Basic);

        ended.Should().Equal("alice all, 1 active");
        var entry = audit.All.Should().ContainSingle().Which;
        (entry.Operation, entry.Actor, entry.UserId, entry.Count, entry.Succeeded).Should().Be((ManagementOperation.UserAccessRevoked, Tool, "alice", 1, true));
    }

    [Test]
    public async Task Metadata_name_the_endpoint_where_it_is_mapped()
    {
        await using var host = await StartAsync();
        await using var without = await TestHost.StartAsync();

        var document = (await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server"))).Json;
        document.GetProperty("global_token_revocation_endpoint").GetString().Should().Be("https://login.example" + Path);
        document.GetProperty("global_token_revocation_endpoint_auth_methods_supported").EnumerateArray()
            .Select(method => method.GetString()).Should().Equal("client_secret_basic", "private_key_jwt");
        (await without.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server"))).Text.Should().NotContain("global_token");
        ((int)(await AskAsync(without, Alice, Basic)).Status).Should().Be(404);
    }

    [Test]
    public async Task What_is_missing_stops_the_start()
    {
        await FluentActions.Awaiting(() => TestHost.StartAsync(static setup => setup.Map = static endpoints => endpoints.MapGlobalTokenRevocation()))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*UseSubjectIdentifierResolver*");
        await FluentActions.Awaiting(() => TestHost.StartAsync(static setup => setup.Endpoints(static options =>
                options.Clients.Add(new OAuthClient { ClientId = "public", AllowGlobalRevocation = true }))))
            .Should().ThrowAsync<Exception>().WithMessage("*AllowGlobalRevocation*");
    }

    private static void ShouldChallenge(Answer answer) => answer.ShouldBeError(401, "invalid_client");

    private static void Basic(HttpRequestMessage request) => request.Basic(Tool, Secret);

    private static Action<HttpRequestMessage> Bearer(string token) => request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static Task<Answer> AskAsync(TestHost host, string body, Action<HttpRequestMessage> change) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) }, change);

    private Task<TestHost> StartAsync(Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.Endpoints(options =>
        {
            options.Issuer = Issuer;
            options.Clients.Add(new OAuthClient
            {
                ClientId = Tool,
                AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
                SecretHashes = [ClientSecret.Hash(Secret)],
                AllowGlobalRevocation = true,
            });
            options.Clients.Add(new OAuthClient
            {
                ClientId = Signer,
                AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt,
                JsonWebKeySet = _key.PublicKeySet(),
                AllowGlobalRevocation = true,
            });
        });
        setup.Build = static rotation => rotation.UseSubjectIdentifierResolver<KnownNames>();
        setup.Map = static endpoints =>
        {
            endpoints.MapRefreshTokenRotation();
            endpoints.MapGlobalTokenRevocation();
        };
        change?.Invoke(setup);
    });
}

/// <summary>Knows alice by three names, one of them in the default tenant alone. The identity provider may not name her by e-mail address.</summary>
internal sealed class KnownNames : ISubjectIdentifierResolver
{
    public ValueTask<string?> FindSubjectAsync(SubjectIdentifier identifier, string namedBy, string tenantId, CancellationToken cancellationToken) => new(identifier switch
    {
        { Format: "iss_sub", Issuer: "https://idp.example/", Subject: "a1" } => "alice",
        { Format: "email", Email: "alice@example.com" } when namedBy != "identity-provider" => "alice",
        { Format: "opaque", Id: "alice-7" } when tenantId.Length == 0 => "alice",
        _ => null,
    });
}
