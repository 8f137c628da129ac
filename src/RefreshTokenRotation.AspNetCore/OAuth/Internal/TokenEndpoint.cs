using System.Collections.Frozen;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The token endpoint (RFC 6749 section 3.2).</summary>
internal sealed class TokenEndpoint
{
    private const string RefreshTokenGrant = "refresh_token";

    private readonly ClientAuthenticator _clients;
    private readonly ProofOfPossessionValidator _senders;
    private readonly RefreshTokenGrantHandler _refresh;
    private readonly GrantTypeDispatcher _further;
    private readonly FrozenDictionary<string, IGrantTypeHandler> _grants;

    public TokenEndpoint(
        ClientAuthenticator clients, ProofOfPossessionValidator senders, RefreshTokenGrantHandler refresh, GrantTypeDispatcher further, IEnumerable<IGrantTypeHandler> grants)
    {
        _clients = clients;
        _senders = senders;
        _refresh = refresh;
        _further = further;
        var byType = new Dictionary<string, IGrantTypeHandler>(StringComparer.Ordinal);
        foreach (var grant in grants)
        {
            if (string.IsNullOrEmpty(grant.GrantType))
            {
                throw new InvalidOperationException($"The grant {grant.GetType().Name} has no grant type.");
            }

            if (grant.GrantType == RefreshTokenGrant)
            {
                throw new InvalidOperationException($"The grant {grant.GetType().Name} names the grant type 'refresh_token', which is the endpoint's own.");
            }

            if (!byType.TryAdd(grant.GrantType, grant))
            {
                throw new InvalidOperationException(
                    $"The grants {byType[grant.GrantType].GetType().Name} and {grant.GetType().Name} both name the grant type '{grant.GrantType}'.");
            }
        }

        _grants = byType.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The grant types that the endpoint knows.</summary>
    public IEnumerable<string> GrantTypes => _grants.Keys.Order(StringComparer.Ordinal).Prepend(RefreshTokenGrant);

    public async ValueTask<OAuthError?> HandleAsync(OAuthRequest request, CancellationToken cancellationToken)
    {
        if (request.Parameters[ParameterNames.GrantType] is not { } grantType)
        {
            return OAuthError.GrantTypeMissing;
        }

        IGrantTypeHandler? grant = null;
        if (grantType != RefreshTokenGrant && !_grants.TryGetValue(grantType, out grant))
        {
            return OAuthError.GrantTypeUnknown;
        }

        if (await _clients.AuthenticateAsync(request, cancellationToken).ConfigureAwait(false) is { } error)
        {
            return error;
        }

        if (!request.Client.GrantTypes.Contains(grantType, StringComparer.Ordinal))
        {
            return OAuthError.GrantTypeNotAllowed;
        }

        if (await _senders.ValidateAsync(request, cancellationToken).ConfigureAwait(false) is { } unproved)
        {
            return unproved;
        }

        return grant is null
            ? await _refresh.HandleAsync(request, cancellationToken).ConfigureAwait(false)
            : await _further.HandleAsync(grant, request, cancellationToken).ConfigureAwait(false);
    }
}
