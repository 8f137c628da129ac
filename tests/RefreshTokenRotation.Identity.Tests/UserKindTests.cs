using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Identity.Internal;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>Endpoints for two kinds of users in one host, whose ids may coincide.</summary>
[TestFixture]
internal sealed class UserKindTests
{
    private TemporaryFolder _folder = null!;
    private Host _host = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = new TemporaryFolder();
        _host = await Host.StartAsync(
            services: services => services.AddDbContext<OtherDb>(options => options.UseSqlite($"Data Source={_folder.PathOf("other.db")}"))
                .AddIdentityCore<OtherUser>().AddEntityFrameworkStores<OtherDb>().AddApiEndpoints(),
            map: endpoints =>
            {
                var others = endpoints.MapGroup("/other");
                others.MapIdentityApi<OtherUser>();
                others.MapIdentitySessions<OtherUser>();
                return endpoints.MapIdentityApi<TestUser>();
            });
        await using var scope = _host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<OtherDb>().Database.EnsureCreatedAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Endpoints_of_several_kinds_of_users_each_ask_their_own()
    {
        using var client = await _host.LogInAsync();
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        using var other = await LogInOtherAsync(Guid.NewGuid().ToString());
        using var refreshed = await other.PostAsync("/other/refresh", new { refreshToken = other.RefreshToken });
        refreshed.StatusCode.Should().Be(HttpStatusCode.OK);
        (await _host.FamiliesAsync()).Should().HaveCount(2).And.OnlyContain(family => family.Generation == 1 && family.RevokedAt == null);
    }

    [Test]
    public async Task Users_of_one_id_share_neither_tokens_nor_sessions()
    {
        using var alice = await _host.LogInAsync();
        var id = string.Empty;
        await _host.ManageAsync((_, user) =>
        {
            id = user.Id;
            return Task.CompletedTask;
        });
        using var other = await LogInOtherAsync(id);

        using var refreshed = await other.PostAsync("/other/refresh", new { refreshToken = alice.RefreshToken });
        refreshed.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await alice.StatusAsync(HttpMethod.Get, "/other/manage/sessions")).Should().Be(HttpStatusCode.Unauthorized);
        (await other.StatusAsync(HttpMethod.Get, "/manage/sessions")).Should().Be(HttpStatusCode.Unauthorized);
        (await other.GetAsync<IdentitySession[]>("/other/manage/sessions")).Should().ContainSingle().Which.IsCurrent.Should().BeTrue();
        (await other.StatusAsync(HttpMethod.Delete, "/other/manage/sessions/others")).Should().Be(HttpStatusCode.NoContent);
        (await alice.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        (await _host.FamiliesAsync()).Select(family => family.ClientId).Should().BeEquivalentTo("identity", $"identity:{typeof(OtherUser).FullName}");
    }

    [Test]
    public void Client_of_a_generic_class_of_users_names_no_version() =>
        _host.Services.GetRequiredService<UserKinds>().ClientOf(typeof(IdentityUser<Guid>)).Should().Be("identity:Microsoft.AspNetCore.Identity.IdentityUser`1[System.Guid]");

    private async Task<Client> LogInOtherAsync(string id)
    {
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            var user = new OtherUser { Id = id, UserName = "olga@example.com", Email = "olga@example.com" };
            (await scope.ServiceProvider.GetRequiredService<UserManager<OtherUser>>().CreateAsync(user, Host.Password)).Succeeded.Should().BeTrue();
        }

        var client = _host.Connect();
        using var login = await client.PostAsync("/other/login", new { email = "olga@example.com", password = Host.Password });
        var body = await login.Content.ReadFromJsonAsync<JsonElement>();
        (client.AccessToken, client.RefreshToken) = (body.GetProperty("accessToken").GetString()!, body.GetProperty("refreshToken").GetString()!);
        return client;
    }
}
