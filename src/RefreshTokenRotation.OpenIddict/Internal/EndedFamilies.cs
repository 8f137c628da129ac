using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>A family that ends here ends at OpenIddict too: a replay, a session that the user closed, the cap.</summary>
internal sealed class EndedFamilies(IServiceScopeFactory scopes, IServiceProvider services) : IRefreshTokenEventHandler
{
    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        switch (refreshTokenEvent)
        {
            case RefreshTokenEvent.Evicted or RefreshTokenEvent.ReuseDetected { FamilyRevoked: true } or RefreshTokenEvent.Revoked when refreshTokenEvent.Family is { } family:
                await EndAsync([family], cancellationToken).ConfigureAwait(false);
                break;
            case RefreshTokenEvent.Revoked { Deleted: false } revoked:
                await EndAllAsync(revoked, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Deleted families can't be listed; their entries end with OpenIddict's own pruning.</summary>
    private async ValueTask EndAllAsync(RefreshTokenEvent.Revoked revoked, CancellationToken cancellationToken)
    {
        var families = services.GetRequiredService<ITokenFamilyManager>();
        var filter = revoked.Filter with { State = FamilyState.Revoked };
        TokenFamilyCursor? after = null;
        do
        {
            var page = await families.ListAsync(filter, after, RequestLimits.PageSize, cancellationToken).ConfigureAwait(false);
            await EndAsync(page.Families.Where(family => family.RevokedAt >= revoked.OccurredAt), cancellationToken).ConfigureAwait(false);
            after = page.Next;
        }
        while (after is not null);
    }

    private async ValueTask EndAsync(IEnumerable<TokenFamilyInfo> families, CancellationToken cancellationToken)
    {
        foreach (var family in families)
        {
            var scope = scopes.CreateAsyncScope();
            await using var ownedScope = scope.ConfigureAwait(false);
            await scope.ServiceProvider.GetRequiredService<FamilyEntries>().EndAsync(family, cancellationToken).ConfigureAwait(false);
        }
    }
}
