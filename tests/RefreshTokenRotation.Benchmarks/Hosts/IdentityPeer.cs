using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Benchmarks.Load;

namespace RefreshTokenRotation.Benchmarks.Hosts;

/// <summary>ASP.NET Core Identity's own endpoints for APIs. Their refresh reads the user and writes nothing, signs nothing, and detects no replay: old tokens stay good until they expire.</summary>
internal sealed class IdentityPeer(HttpClient http) : IDisposable
{
    public static readonly TokenRequest Request = new("/refresh", "application/json", "{\"refreshToken\":\"", "\"}", "refreshToken");

    public static async Task<WebApplication> StartAsync(WebApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddAuthorization();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddDbContext<IdentityPeerContext>(options => options.UseNpgsql(connectionString));
        builder.Services.AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<IdentityPeerContext>();
        var app = builder.Build();
        app.MapIdentityApi<IdentityUser>();
        app.MapPost("/issue", IssueAsync);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IdentityPeerContext>().Database.EnsureCreatedAsync();
        }

        await app.StartAsync();
        return app;
    }

    /// <summary>The first tokens of new users.</summary>
    public async Task<string> LogInAsync(int users)
    {
        var tokens = new List<string>();
        for (var user = 0; user < users; user++)
        {
            using var answer = await http.PostAsync(new Uri("/issue", UriKind.Relative), content: null);
            tokens.Add((await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty(Request.Member).GetString()!);
        }

        return string.Join('\n', tokens);
    }

    public void Dispose() => http.Dispose();

    /// <summary>A log-in without a password, whose hash would take most of the time.</summary>
    private static async Task<IResult> IssueAsync(UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn)
    {
        var user = new IdentityUser(Guid.NewGuid().ToString("N"));
        await users.CreateAsync(user);
        return Results.SignIn(await signIn.CreateUserPrincipalAsync(user), authenticationScheme: IdentityConstants.BearerScheme);
    }
}

internal sealed class IdentityPeerContext(DbContextOptions<IdentityPeerContext> options) : IdentityDbContext(options);
