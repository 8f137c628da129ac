using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Adopts the refresh tokens that this OpenIddict server issued before rotation was added.</summary>
internal sealed class IssuedTokenSource(
    IServiceScopeFactory scopes, IOptionsMonitor<OpenIddictServerOptions> server, IOptions<OpenIddictRotationOptions> options, TimeProvider time)
    : ILegacyTokenSource
{
    private const int MaxTries = 8;

    /// <summary>An adopted token is redeemed at once.</summary>
    public TimeSpan Retention => TimeSpan.Zero;

    public async ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (!options.Value.AdoptIssuedTokens)
        {
            return null;
        }

        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
            if (await IssuedToken.ReadAsync(token, server.CurrentValue, tokens, cancellationToken).ConfigureAwait(false) is not { } issued)
            {
                return null;
            }

            var entries = scope.ServiceProvider.GetRequiredService<FamilyEntries>();
            var isValid = issued.Entry is not null
                && await entries.IsValidAsync(issued.Entry, cancellationToken).ConfigureAwait(false)
                && !(await tokens.GetExpirationDateAsync(issued.Entry, cancellationToken).ConfigureAwait(false) <= time.GetUtcNow());
            return new LegacyToken
            {
                CanonicalText = issued.CanonicalText,
                Grant = isValid ? Requests.Issue(issued.Principal, issued.Principal.GetPresenters().FirstOrDefault()) : null,
                ExpiresAt = server.CurrentValue.DisableSlidingRefreshTokenExpiration && isValid
                    ? await tokens.GetExpirationDateAsync(issued.Entry!, cancellationToken).ConfigureAwait(false)
                    : null,
            };
        }
    }

    public async ValueTask RetireAsync(LegacyToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
                var issued = await IssuedToken.ReadAsync(token.CanonicalText, server.CurrentValue, tokens, cancellationToken).ConfigureAwait(false);
                if (issued?.Entry is not { } entry
                    || !await tokens.HasStatusAsync(entry, Statuses.Valid, cancellationToken).ConfigureAwait(false)
                    || await tokens.TryRedeemAsync(entry, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }

        throw new InvalidOperationException("An adopted token's entry could not be redeemed: other requests kept changing it.");
    }
}
