using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.OpenIddict.Tests.Snippets;

/// <summary>What the README shows.</summary>
internal static class Start
{
    internal sealed class AppDb(DbContextOptions<AppDb> options) : DbContext(options);

    public static void Register(IServiceCollection services, string connectionString)
    {
        // snippet: start
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<AppDb>())
            .AddServer(server => server.SetTokenEndpointUris("/connect/token").AllowPasswordFlow().AllowRefreshTokenFlow())
            .UseRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa)
            .UsePostgreSql(connectionString);
        // end-snippet
    }
}
