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
        Reserve(database);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            // A real application applies migrations.
            var store = scope.ServiceProvider.GetRequiredService<AppDb>().Database;
            await store.EnsureCreatedAsync();
            await store.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL");
        }

        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.UseAuthorization();
        app.MapIdentityApi<AppUser>(); // /login and /refresh rotate
        app.MapIdentitySessions<AppUser>(); // log-out, sessions, end the others
        app.MapGet("/api/hello", (HttpContext context) => $"Hello {context.User.Identity?.Name}").RequireAuthorization();
        return app;
    }

    /// <summary>Creates the file for this account alone: users and hashes are in it. SQLite gives the files beside it the same rights.</summary>
    private static void Reserve(string database)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(database))
        {
            using var created = new FileStream(database, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
    }
}
