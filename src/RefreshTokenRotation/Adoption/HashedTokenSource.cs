using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Adoption;

/// <summary>Refresh tokens of a server that keeps their hashes, by the host's own means.</summary>
internal sealed class HashedTokenSource(IServiceScopeFactory scopes, HashedLegacyTokensOptions options) : ILegacyTokenSource
{
    public TimeSpan Retention => options.Retention;

    public async ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using var ownedScope = scope.ConfigureAwait(false);
        return await options.FindAsync!(scope.ServiceProvider, options.Hash!(token), cancellationToken).ConfigureAwait(false) is { } found
            ? new LegacyToken { CanonicalText = token, Grant = found.Grant, ExpiresAt = found.ExpiresAt }
            : null;
    }

    public async ValueTask<bool> RetireAsync(LegacyToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (options.RetireAsync is not { } retire)
        {
            return true;
        }

        var scope = scopes.CreateAsyncScope();
        await using var ownedScope = scope.ConfigureAwait(false);
        return await retire(scope.ServiceProvider, options.Hash!(token.CanonicalText), cancellationToken).ConfigureAwait(false);
    }
}
