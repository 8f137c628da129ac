using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Discovery;

/// <summary>The document by which clients find the endpoints (RFC 8414).</summary>
[TestFixture]
internal sealed class MetadataTests
{
    private const string Path = "/.well-known/oauth-authorization-server";
    private const string OpenIdPath = "/.well-known/openid-configuration";
    private const string Keys = """{"keys":[{"kty":"EC","alg":"ES256","kid":"1"},{"kty":"RSA","alg":"RS256","kid":"2"},{"kty":"EC","alg":"ES256","kid":"3"}]}""";

    [Test]
    public async Task Document_names_endpoints_grants_and_ways_to_authenticate()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Endpoints(options => options.Issuer = "https://login.example/");
            setup.Build = builder => builder.AddGrantTypeHandler<CodeGrantHandler>();
        });

        var answer = await GetAsync(host, Path);

        ((int)answer.Status).Should().Be(200);
        answer.Header("Content-Type").Should().Be("application/json");
        answer.Member("issuer").Should().Be("https://login.example/");
        answer.Member("token_endpoint").Should().Be("https://login.example/oauth/token");
        answer.Member("revocation_endpoint").Should().Be("https://login.example/oauth/revoke");
        answer.Member("introspection_endpoint").Should().Be("https://login.example/oauth/introspect");
        List(answer, "grant_types_supported").Should().Equal("refresh_token", "authorization_code");
        List(answer, "response_types_supported").Should().Equal("code");
        List(answer, "scopes_supported").Should().Equal("offline_access");
        string[] methods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
        List(answer, "token_endpoint_auth_methods_supported").Should().Equal([.. methods, "none"]);
        List(answer, "revocation_endpoint_auth_methods_supported").Should().Equal([.. methods, "none"]);
        List(answer, "introspection_endpoint_auth_methods_supported").Should().Equal(methods);
        List(answer, "token_endpoint_auth_signing_alg_values_supported").Should().Equal("RS256", "PS256", "ES256");
        answer.Member("jwks_uri").Should().BeNull();
        answer.Member("id_token_signing_alg_values_supported").Should().BeNull();
    }

    [Test]
    public async Task Response_types_are_there_though_there_is_no_authorization_endpoint()
    {
        await using var host = await TestHost.StartAsync();

        List(await GetAsync(host, Path), "response_types_supported").Should().BeEmpty();
    }

    [Test]
    public async Task Keys_and_what_openid_connect_asks_for_are_named_where_there_are_keys()
    {
        await using var host = await StartWithKeysAsync();

        var answer = await GetAsync(host, OpenIdPath);

        answer.Body.Should().Equal((await GetAsync(host, Path)).Body);
        answer.Member("jwks_uri").Should().Be($"{host.Address}.well-known/jwks.json");
        List(answer, "subject_types_supported").Should().Equal("public");
        List(answer, "id_token_signing_alg_values_supported").Should().Equal("ES256", "RS256");
        List(answer, "scopes_supported").Should().Equal("openid", "offline_access");
    }

    [Test]
    public async Task Keys_are_sent_as_they_are_and_may_be_cached()
    {
        await using var host = await StartWithKeysAsync();

        var answer = await GetAsync(host, "/.well-known/jwks.json");

        ((int)answer.Status, answer.Text).Should().Be((200, Keys));
        answer.Header("Content-Type").Should().Be("application/jwk-set+json");
        answer.Header("Cache-Control").Should().Be("public, max-age=300");
        answer.Header("Access-Control-Allow-Origin").Should().Be("*");
    }

    [TestCase(OpenIdPath)]
    [TestCase("/.well-known/jwks.json")]
    public async Task Host_without_keys_has_no_document_of_them(string path)
    {
        await using var host = await TestHost.StartAsync();

        ((int)(await GetAsync(host, path)).Status).Should().Be(404);
    }

    [Test]
    public async Task Document_is_cached_and_asked_for_again_without_a_body()
    {
        await using var host = await TestHost.StartAsync();
        var answer = await GetAsync(host, Path);
        answer.Header("Cache-Control").Should().Be("public, max-age=3600");
        answer.Header("Access-Control-Allow-Origin").Should().Be("*");
        var tag = answer.Header("ETag")!;

        foreach (var known in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            var again = await GetAsync(host, Path, known);
            ((int)again.Status, again.Body.Length, again.Header("ETag")).Should().Be((304, 0, tag));
            again.Header("Cache-Control").Should().Be("public, max-age=3600");
        }

        ((int)(await GetAsync(host, Path, "\"other\"")).Status).Should().Be(200);
        var head = await host.SendAsync(new HttpRequestMessage(HttpMethod.Head, Path));
        ((int)head.Status, head.Body.Length, head.Header("Content-Length")).Should().Be((200, 0, $"{answer.Body.Length}"));
        ((int)(await host.PostAsync(Path, "a=b")).Status).Should().Be(405);
    }

    [Test]
    public async Task Issuer_is_the_address_of_the_request_where_none_is_named()
    {
        await using var host = await TestHost.StartAsync();

        var answer = await GetAsync(host, Path);

        answer.Member("issuer").Should().Be(host.Address.AbsoluteUri);
        answer.Member("token_endpoint").Should().Be($"{host.Address}oauth/token");
    }

    [Test]
    public async Task Path_of_the_issuer_stands_behind_the_well_known_part()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.Issuer = "https://login.example/one/"));

        var answer = await GetAsync(host, $"{Path}/one");

        answer.Member("issuer").Should().Be("https://login.example/one/");
        answer.Member("token_endpoint").Should().Be("https://login.example/oauth/token");
    }

    [TestCase("")]
    [TestCase("/")]
    public async Task Group_of_routes_and_path_base_are_part_of_the_addresses(string end)
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Pipeline = app => app.UsePathBase("/base").UseRouting();
            setup.Map = endpoints => endpoints.MapGroup("/{tenant}").MapRefreshTokenRotation();
        });

        var answer = await GetAsync(host, $"/base/t1{Path}{end}");

        answer.Member("issuer").Should().Be($"{host.Address}base/t1/");
        answer.Member("revocation_endpoint").Should().Be($"{host.Address}base/t1/oauth/revoke");
    }

    [Test]
    public async Task Host_adds_changes_and_removes_members()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options =>
        {
            options.Issuer = "https://login.example/";
            options.ConfigureMetadata = (_, document) =>
            {
                document["authorization_endpoint"] = "/authorize";
                document["service_documentation"] = "/docs";
                document["code_challenge_methods_supported"] = new System.Text.Json.Nodes.JsonArray("S256");
                document["introspection_endpoint"] = "https://inside.example/introspect";
                document.Remove("scopes_supported");
            };
        }));

        var answer = await GetAsync(host, Path);

        answer.Member("authorization_endpoint").Should().Be("https://login.example/authorize");
        answer.Member("service_documentation").Should().Be("/docs", "only endpoints and addresses by name are made absolute");
        List(answer, "code_challenge_methods_supported").Should().Equal("S256");
        answer.Member("introspection_endpoint").Should().Be("https://inside.example/introspect");
        answer.Member("scopes_supported").Should().BeNull();
    }

    [Test]
    public async Task Scopes_of_the_apis_are_named()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options =>
        {
            options.Apis.Add(new OAuthApi { Audience = "https://a.example", Scopes = ["read", "write"] });
            options.Apis.Add(new OAuthApi { Audience = "https://b.example", Scopes = ["read"] });
        }));

        List(await GetAsync(host, Path), "scopes_supported").Should().Equal("offline_access", "read", "write");
    }

    [TestCase(Path)]
    [TestCase("/.well-known/jwks.json")]
    public async Task Keys_that_can_not_be_read_are_an_outage_that_no_cache_keeps(string path)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Build = builder => builder.Services.AddSingleton<IJsonWebKeySetSource>(new KeySource(null)));

        var answer = await GetAsync(host, path);

        answer.ShouldBeError(503, "temporarily_unavailable");
        answer.Header("Retry-After").Should().Be("1");
    }

    private static Task<TestHost> StartWithKeysAsync() =>
        TestHost.StartAsync(setup => setup.Build = builder => builder.Services.AddSingleton<IJsonWebKeySetSource>(new KeySource(Keys)));

    private static Task<Answer> GetAsync(TestHost host, string path, string? known = null) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), request =>
        {
            if (known is not null)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", known);
            }
        });

    private static string?[] List(Answer answer, string name) =>
        [.. answer.Json.GetProperty(name).EnumerateArray().Select((JsonElement item) => item.GetString())];

    private sealed class KeySource(string? keys) : IJsonWebKeySetSource
    {
        public ValueTask<string> GetJsonWebKeySetAsync(CancellationToken cancellationToken) => new(keys ?? throw new IOException("no disk"));
    }

    private sealed class CodeGrantHandler : IGrantTypeHandler
    {
        public string GrantType => "authorization_code";

        public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
            new(new GrantTypeResult.Rejected("invalid_grant"));
    }
}
