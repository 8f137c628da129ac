using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Sqlite.Tests.Snippets;

/// <summary>The README's registration.</summary>
internal static class Start
{
    public static void Register(IServiceCollection services)
    {
        // snippet: start
        services.AddRefreshTokenRotation()
            .UseSqlite("/var/lib/app/tokens.db");
        // end-snippet
    }
}
