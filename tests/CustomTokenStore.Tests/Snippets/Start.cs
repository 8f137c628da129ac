using Microsoft.Extensions.DependencyInjection;

namespace CustomTokenStore.Tests.Snippets;

/// <summary>The README's registration.</summary>
internal static class Start
{
    public static void Register(IServiceCollection services)
    {
        // snippet: start
        services.AddRefreshTokenRotation().UseJournal("/var/lib/app/tokens.journal");
        // end-snippet
    }
}
