using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Adopts the refresh tokens that this OpenIddict server issued before rotation was added.</summary>
internal sealed class IssuedTokenSource(
    IServiceScopeFactory scopes, IOptionsMonitor<OpenIddictServerOptions> server, IOptions<OpenIddictRotationOptions> options, TimeProvider time)
    : ILegacyTokenSource
{
    private const int MaxTries = 8;

    private const string Mark = "rtr_adopted";

    /// <summary>An adopted token is revoked at once.</summary>
    public TimeSpan Retention => TimeSpan.Zero;

    public async ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (!options.Value.AdoptIssuedTokens)
        {
            return null;
        }

        var scope = scopes.CreateAsyncScope();
        await using var ownedScope = scope.ConfigureAwait(false);
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

    /// <summary>Revokes the entry, unless the server has used or ended it meanwhile, and leaves a mark that distinguishes the two. It is not redeemed: a node that
    /// was not upgraded yet would go on accepting it for OpenIddict's own reuse leeway.</summary>
    public async ValueTask<bool> RetireAsync(LegacyToken token, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var scope = scopes.CreateAsyncScope();
            await using var ownedScope = scope.ConfigureAwait(false);
            var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
            var issued = await IssuedToken.ReadAsync(token.CanonicalText, server.CurrentValue, tokens, cancellationToken).ConfigureAwait(false);
            if (issued?.Entry is not { } entry)
            {
                return false;
            }

            var descriptor = new OpenIddictTokenDescriptor();
            await tokens.PopulateAsync(descriptor, entry, cancellationToken).ConfigureAwait(false);
            if (descriptor.Status != Statuses.Valid)
            {
                return descriptor.Properties.ContainsKey(Mark);
            }

            descriptor.Status = Statuses.Revoked;
            descriptor.Properties[Mark] = JsonElement.Parse("true"u8);
            try
            {
                await tokens.UpdateAsync(entry, descriptor, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (OpenIddictExceptions.ConcurrencyException)
            {
                // Decided again on what is stored.
            }
        }

        throw new InvalidOperationException("An adopted token's entry could not be revoked: other requests kept changing it.");
    }
}
