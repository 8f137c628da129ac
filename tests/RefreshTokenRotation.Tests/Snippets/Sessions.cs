using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Tests.Snippets;

/// <summary>The README's code on sessions, and on the registration of a host's own parts.</summary>
internal static class Sessions
{
    public static async Task<TokenFamilyPage> LogOutElsewhereAsync(ITokenFamilyManager families, string userId, Guid thisFamily)
    {
        // snippet: sessions
        var sessions = await families.ListAsync(TokenFamilyFilter.ForUser(userId) with { State = FamilyState.Active });
        await families.RevokeAsync(TokenFamilyFilter.ForUser(userId, except: thisFamily), RevocationReason.User);
        // end-snippet
        return sessions;
    }

    public static void Register(IServiceCollection services)
    {
        // snippet: parts
        services.AddRefreshTokenRotation()
            .UseTokenStore<DictionaryTokenStore>()
            .AddExchangeHook<BlockedUsers>()
            .AddEventHandler<TheftWarning>()
            .ConfigurePruning(options => options.Retention = TimeSpan.FromDays(30));
        // end-snippet
    }
}
