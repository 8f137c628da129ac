using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation;

namespace IdentityApi;

/// <summary>An API with its own log-in by ASP.NET Core Identity, with rotation.</summary>
internal static class Api
{
    public static async Task<WebApplication> BuildAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var database = builder.Configuration["Database"] ?? "identity-api.db";
        builder.Services.AddDbContext<AppDb>(options => options.UseSqlite($"Data Source={database}"));
        builder.Services.AddAuthorization();
        builder.Services.AddIdentityApiEndpoints<AppUser>()
            .AddEntityFrameworkStores<AppDb>()
            .AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Mobile);

        var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            // A real application applies migrations.
            await scope.ServiceProvider.GetRequiredService<AppDb>().Database.EnsureCreatedAsync();
        }

        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.UseAuthorization();
        app.MapIdentityApi<AppUser>(); // /login and /refresh rotate
        app.MapIdentitySessions<AppUser>(); // log-out, sessions, end the others
        app.MapGet("/api/hello", (HttpContext context) => $"Hello {context.User.Identity?.Name}").RequireAuthorization();
        return app;
    }
}
