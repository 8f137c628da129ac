using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation;

namespace IdentityApi;

/// <summary>An API that logs users in with ASP.NET Core Identity, with rotation.</summary>
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
        if (!OperatingSystem.IsWindows() && !File.Exists(database))
        {
            // It holds users and hashes, so only this account may read it and the files that SQLite puts next to it.
            new FileStream(database, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = (UnixFileMode)0b110_000_000 }).Dispose();
        }
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AppDb>().Database.EnsureCreatedAsync(); // a real application applies migrations
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
