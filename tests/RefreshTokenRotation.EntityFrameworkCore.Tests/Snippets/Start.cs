using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Snippets;

/// <summary>The README's registrations.</summary>
internal static class Start
{
    public static void Register(IServiceCollection services, string connectionString)
    {
        // snippet: start
        services.AddDbContextFactory<AppDbContext>(options => options.UseNpgsql(connectionString));
        services.AddRefreshTokenRotation().UseEntityFrameworkCore<AppDbContext>();
        // end-snippet
    }

    public static void RegisterOwnContext(IServiceCollection services, string connectionString)
    {
        // snippet: own-context
        services.AddRefreshTokenRotation()
            .UseEntityFrameworkCore(options => options.UseNpgsql(connectionString), options => options.CreateSchema = true);
        // end-snippet
    }
}
