using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

/// <summary>What the pages and the package's README show, run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public async Task Minimal_host_logs_in_and_refreshes()
    {
        await using var app = MinimalHost.Build(["--environment", "Development", "--urls", "http://127.0.0.1:0"]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var login = await PostAsync("grant_type=password&client_id=cli&username=alice&password=pw&scope=openid+offline_access&audience=https://api.example/");
        var refresh = await PostAsync($"grant_type=refresh_token&client_id=cli&refresh_token={login.RefreshToken}");
        var stranger = await PostAsync("grant_type=password&client_id=cli&username=alice&password=guess");
        var replay = await PostAsync($"grant_type=refresh_token&client_id=cli&refresh_token={login.RefreshToken}");

        ((int)login.Status).Should().Be(200, login.Text);
        login.Text.Should().Contain("\"id_token\"");
        ((int)refresh.Status).Should().Be(200, refresh.Text);
        refresh.RefreshToken.Should().StartWith("rtr_").And.NotBe(login.RefreshToken);
        refresh.AccessToken!.Split('.').Should().HaveCount(3);
        stranger.ShouldBeError(400, "invalid_grant");
        replay.ShouldBeError(400, "invalid_grant");

        async Task<Answer> PostAsync(string form)
        {
            using var content = new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
            return await Answer.ReadAsync(await http.PostAsync("/oauth/token", content));
        }
    }

    [Test]
    public async Task Plain_api_logs_in_refreshes_lists_sessions_and_ends_a_stolen_one()
    {
        await using var app = PlainApi.Build(["--environment", "Development", "--urls", "http://127.0.0.1:0"]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        (await PostAsync("/auth/login", new { user = "alice", password = "guess" })).Status.Should().Be(401);
        var first = await PostAsync("/auth/login", new { user = "alice", password = "pw" });
        var second = await PostAsync("/auth/refresh", new { refreshToken = Text(first, "refreshToken") });
        var third = await PostAsync("/own/refresh", new { refreshToken = Text(second, "refreshToken") });
        (first.Status, second.Status, third.Status).Should().Be((200, 200, 200));

        http.DefaultRequestHeaders.Authorization = new("Bearer", Text(third, "accessToken"));
        (await http.GetStringAsync("/me")).Should().Be("alice");
        (await http.GetFromJsonAsync<JsonElement>("/auth/sessions"))[0].GetProperty("isCurrent").GetBoolean().Should().BeTrue();

        (await PostAsync("/auth/refresh", new { refreshToken = Text(first, "refreshToken") })).Status.Should().Be(401, "the oldest token is a replay");
        (await PostAsync("/auth/refresh", new { refreshToken = Text(third, "refreshToken") })).Status.Should().Be(401, "the session has ended");

        async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
        {
            using var answer = await http.PostAsJsonAsync(path, body);
            var text = await answer.Content.ReadAsStringAsync();
            return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
        }

        static string Text((int Status, JsonElement Body) answer, string member) => answer.Body.GetProperty(member).GetString()!;
    }

    [Test]
    public async Task Registrations_build_the_endpoints_that_the_pages_name()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var rotation = builder.Services.AddRefreshTokenRotation().AddEndpoints(Endpoints.Configure);
        builder.Services.AddSingleton<IAccessTokenIssuer, StubIssuer>();
        Endpoints.AddProofs(rotation);
        Endpoints.AddAdministrators(builder);
        Endpoints.AddTenants(builder);
        await using var app = builder.Build();
        Endpoints.Verify(app);
        Endpoints.MapManagement(app);

        ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/')).Should().Contain(["messages", "api/v2/clients/{id}"]);
        app.Services.GetRequiredService<IOptions<TenantOptions>>().Value.ResolveTenant.Should().NotBeNull();
    }

    [Test]
    public async Task Three_lines_map_the_endpoints_of_an_api()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Services.AddScoped<UserManager<AppUser>>(static _ => throw new NotSupportedException("Nobody logs in here."));

        await using var app = PlainApi.Shortest(builder);

        ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText).Should().Contain(["/auth/login", "/auth/refresh"]);
    }

    [Test]
    public async Task Pipelines_of_a_resource_server_build_with_the_store_and_elsewhere()
    {
        var here = WebApplication.CreateSlimBuilder();
        here.Services.AddAuthentication();
        here.Services.AddAuthorization();
        here.Services.AddRefreshTokenRotation();
        ResourceServers.Add(here);
        await using var app = here.Build();
        app.Invoking(ResourceServers.Use).Should().NotThrow();

        var elsewhere = WebApplication.CreateSlimBuilder();
        elsewhere.Configuration["Api:ClientSecret"] = "s";
        ResourceServers.AddElsewhere(elsewhere);
        await using var api = elsewhere.Build();
        api.Invoking(app => app.UseAccessTokenDenyList()).Should().NotThrow();
        api.Services.GetRequiredService<IOptions<IntrospectionSourceOptions>>().Value.ClientSecret.Should().Be("s");
    }
}
