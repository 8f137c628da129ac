using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

/// <summary>An authorization server and an API in another process, as the pages show them.</summary>
[TestFixture]
internal sealed class ApiElsewhereTests
{
    [Test]
    public async Task Api_accepts_tokens_of_the_server_until_their_session_ends()
    {
        await using var server = MinimalHost.Build(
            ["--environment", "Development", "--urls", "http://127.0.0.1:0"], builder => builder.Services.Configure<RefreshTokenEndpointOptions>(ApiElsewhere.Register));
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        await using var api = await StartApiAsync(client.BaseAddress, "http://localhost:5000", null);
        using var http = new HttpClient { BaseAddress = new Uri(api.Urls.Single()) };
        var login = await PostAsync("grant_type=password&client_id=cli&username=alice&password=pw&scope=offline_access&audience=https://api.example/");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.AccessToken);

        (await http.GetStringAsync("/me")).Should().Be("alice");

        await server.Services.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User);
        using var late = await http.GetAsync("/me");
        ((int)late.StatusCode).Should().Be(401);

        async Task<Answer> PostAsync(string form)
        {
            using var content = new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
            return await Answer.ReadAsync(await client.PostAsync("/oauth/token", content));
        }
    }

    [Test]
    public async Task Api_with_its_own_log_in_serves_another_process_that_accepts_its_issuer_as_audience()
    {
        const string Issuer = "https://api.example/";
        await using var server = PlainApi.Build(
            ["--environment", "Development", "--urls", "http://127.0.0.1:0"], builder => builder.Services.AddRefreshTokenRotation().AddEndpoints(ApiElsewhere.Register));
        server.MapMetadataEndpoints();
        server.MapIntrospectionEndpoint();
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        await using var api = await StartApiAsync(client.BaseAddress, "https://api.example", Issuer);
        using var http = new HttpClient { BaseAddress = new Uri(api.Urls.Single()) };
        using var login = await client.PostAsJsonAsync("/auth/login", new { user = "alice", password = "pw" });
        var tokens = await login.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());

        (await http.GetStringAsync("/me")).Should().Be("alice");

        await client.PostAsJsonAsync("/auth/logout", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
        using var late = await http.GetAsync("/me");
        ((int)late.StatusCode).Should().Be(401);
    }

    /// <summary>The API, without its cache, at whose requests the issuer's name leads to <paramref name="server"/>.</summary>
    private static async Task<WebApplication> StartApiAsync(Uri server, string issuer, string? authority)
    {
        var api = ApiElsewhere.Build(["--environment", "Development", "--urls", "http://127.0.0.1:0"], builder =>
        {
            foreach (var name in new[] { RotationBearerOptions.AuthorityClientName, ResourceServerBuilder.IntrospectionClientName })
            {
                builder.Services.AddHttpClient(name).AddHttpMessageHandler(() => new Redirection(server, [issuer, "http://localhost:5000"]));
            }

            builder.Services.Configure<ResourceServerOptions>(options => options.CacheTime = TimeSpan.Zero);
            builder.Services.Configure<RotationBearerOptions>(RotationBearerDefaults.AuthenticationScheme, options => options.Authority = authority ?? options.Authority);
        });
        await api.StartAsync();
        return api;
    }

    private sealed class Redirection(Uri server, string[] origins) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            origins.Should().Contain(request.RequestUri!.GetLeftPart(UriPartial.Authority));
            request.RequestUri = new Uri(server, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
