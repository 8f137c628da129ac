using System.Collections.Concurrent;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Runs the host's grant type handlers: the host names the user; then this makes the tokens, stores the family and redeems what was presented, in
/// this order, so that a failure consumes nothing.</summary>
internal sealed class GrantTypeDispatcher(
    IRefreshTokenService tokens, ITokenFamilyManager families, IAccessTokenIssuer issuer, ApiResolver apis, StatedTimes times, ILogger<GrantTypeDispatcher> logger)
{
    private const string OfflineAccess = "offline_access";

    /// <summary>The clients, and the reasons why they got no refresh token, that the log knows already.</summary>
    private readonly ConcurrentDictionary<(string ClientId, string? Api), bool> _explained = [];

    /// <summary>The clients that asked for an unknown scope.</summary>
    private readonly ConcurrentDictionary<string, bool> _named = new(StringComparer.Ordinal);

    public async ValueTask<OAuthError?> HandleAsync(IGrantTypeHandler handler, OAuthRequest request, CancellationToken cancellationToken)
    {
        if (RequestedAccess.Read(request.Parameters, out var access) is { } error)
        {
            return error;
        }

        if (await apis.FindRequestedAsync(request, access, cancellationToken).ConfigureAwait(false) is not { } resources)
        {
            return OAuthError.TargetInvalid;
        }

        var context = new GrantTypeContext(request)
        {
            Scopes = access.Scopes,
            Resources = resources,
            SenderKeyThumbprint = request.ConfirmationKey?.Thumbprint,
            SenderKeyKind = request.ConfirmationKey?.Kind ?? default,
        };
        return await handler.AuthorizeAsync(context, cancellationToken).ConfigureAwait(false) switch
        {
            GrantTypeResult.Granted granted => await IssueAsync(request, context, granted, cancellationToken).ConfigureAwait(false),
            GrantTypeResult.Rejected rejected => new OAuthError(rejected.StatusCode, rejected.Error, rejected.Description),
            _ => throw new InvalidOperationException($"The handler of the grant type {handler.GrantType} returned no result."),
        };
    }

    private async ValueTask<OAuthError?> IssueAsync(
        OAuthRequest request, GrantTypeContext context, GrantTypeResult.Granted granted, CancellationToken cancellationToken)
    {
        if (await apis.FindAllAsync(granted.Resources, request.TenantId, cancellationToken).ConfigureAwait(false) is not { } granting)
        {
            return OAuthError.TargetInvalid;
        }

        if (KnownScopes(request.Client, granted.Scopes, granting) is not { } scopes)
        {
            return OAuthError.ScopeInvalid;
        }

        granted = granted with { Resources = [.. granting.Select(static api => api.Audience)], Scopes = scopes };
        await request.UseProofAsync(cancellationToken).ConfigureAwait(false);
        var lifetime = granting.Min(static api => api.AccessTokenLifetime);
        return IsOffline(request.Client, granted, granting.FindLast(static api => !api.AllowOfflineAccess))
            ? await StartFamilyAsync(request, context, granted, lifetime, cancellationToken).ConfigureAwait(false)
            : await AnswerWithoutFamilyAsync(request, context, granted, lifetime, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The scopes that one of the APIs knows: handlers often grant what was asked for. Null if none is left. That some are left out is logged once a client.</summary>
    private IReadOnlyList<string>? KnownScopes(OAuthClient client, IReadOnlyList<string> scopes, List<OAuthApi> granting)
    {
        if (granting.Count == 0 || scopes.All(scope => ApiResolver.Know(granting, scope)))
        {
            return scopes;
        }

        if (_named.TryAdd(client.ClientId, true))
        {
            logger.ScopeIsUnknown(client.ClientId, string.Join(", ", granting.Select(static api => api.Audience)));
        }

        return scopes.Where(scope => ApiResolver.Know(granting, scope)).ToArray() is { Length: > 0 } known ? known : null;
    }

    /// <summary>Whether a refresh token goes out. Why none does is logged once a client, for somebody may wait for one.</summary>
    private bool IsOffline(OAuthClient client, GrantTypeResult.Granted granted, OAuthApi? online)
    {
        var isAsked = granted.Scopes.Contains(OfflineAccess, StringComparer.Ordinal);
        var mayRefresh = client.GrantTypes.Contains(GrantTypeHandlers.RefreshToken, StringComparer.Ordinal);
        var isOffline = isAsked && mayRefresh && online is null;
        if (isOffline || (!isAsked && !mayRefresh) || !_explained.TryAdd((client.ClientId, online?.Audience), true))
        {
            return isOffline;
        }

        if (!isAsked)
        {
            logger.OfflineAccessNotGranted(client.ClientId);
        }
        else if (!mayRefresh)
        {
            logger.ClientMayNotRefresh(client.ClientId);
        }
        else
        {
            logger.ApiIsOnline(client.ClientId, online!.Audience);
        }

        return false;
    }

    private async ValueTask<OAuthError?> StartFamilyAsync(
        OAuthRequest request, GrantTypeContext context, GrantTypeResult.Granted granted, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        TimeSpan? stated = null;
        var issued = await tokens.IssueAsync(
            new IssueRequest
            {
                Subject = granted.Subject,
                ClientId = request.Client.ClientId,
                TenantId = request.TenantId,
                Scopes = granted.Scopes,
                Resources = granted.Resources,
                AuthorizationId = granted.AuthorizationId,
                SessionId = granted.SessionId,

                // A confidential client's refresh token is bound to the client's authentication, and outlives its keys (RFC 9449 section 5, RFC 8705 section 4).
                SenderKeyThumbprint = request.Client.AuthenticationMethod == ClientAuthenticationMethod.None ? context.SenderKeyThumbprint : null,
                AuthenticationTime = granted.AuthenticationTime,
                Acr = granted.Acr,
                Amr = granted.Amr,
                Device = request.ObserveDevice(granted.DeviceName),
                Metadata = granted.Metadata,
                Services = request,
                CreateAccessToken = async (start, token) =>
                {
                    stated = await times.FindLeewayAsync(start.Family, token).ConfigureAwait(false);
                    return await issuer.IssueAsync(
                        AccessTokenRequest.For(start, context.SenderKeyThumbprint, lifetime, granted.Nonce, context.SenderKeyKind), token).ConfigureAwait(false);
                },
            },
            cancellationToken).ConfigureAwait(false);

        bool isFirstUse;
        try
        {
            isFirstUse = granted.RedeemAsync is null || await granted.RedeemAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await DeleteUnusedAsync(issued.Family).ConfigureAwait(false);
            throw;
        }

        if (!isFirstUse)
        {
            // A code that is used twice was stolen (RFC 6749 section 4.1.2). The new family shares its authorization id with the others.
            await RevokeAsync(request, granted, issued.Family.FamilyId).ConfigureAwait(false);
            return OAuthError.GrantInvalid;
        }

        await TokenAnswer.SendAsync(request.Context, issued.AccessToken!, issued.Family.Scopes, issued.RefreshToken, stated, times.LifetimesOf(issued.Family)).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<OAuthError?> AnswerWithoutFamilyAsync(
        OAuthRequest request, GrantTypeContext context, GrantTypeResult.Granted granted, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        // A client without a refresh token has no offline access, so the response does not claim it.
        IReadOnlyList<string> scopes = [.. granted.Scopes.Where(static scope => scope != OfflineAccess).Distinct(StringComparer.Ordinal)];
        var accessToken = await issuer.IssueAsync(
            new AccessTokenRequest
            {
                Subject = granted.Subject,
                ClientId = request.Client.ClientId,
                TenantId = request.TenantId,
                Scopes = scopes,
                Resources = granted.Resources,
                Lifetime = lifetime,
                SessionId = granted.SessionId,
                AuthenticationTime = granted.AuthenticationTime,
                Acr = granted.Acr,
                Amr = granted.Amr,
                Nonce = granted.Nonce,
                SenderKeyThumbprint = context.SenderKeyThumbprint,
                SenderKeyKind = context.SenderKeyKind,
                Services = request,
            },
            cancellationToken).ConfigureAwait(false);
        if (accessToken is not { Value.Length: > 0 })
        {
            throw new InvalidOperationException("The access token issuer returned null, or a token without a value.");
        }

        if (granted.RedeemAsync is { } redeem && !await redeem(cancellationToken).ConfigureAwait(false))
        {
            await RevokeAsync(request, granted, familyId: null).ConfigureAwait(false);
            return OAuthError.GrantInvalid;
        }

        await TokenAnswer.SendAsync(request.Context, accessToken, scopes, refreshToken: null).ConfigureAwait(false);
        return null;
    }

    /// <summary>Ignores the caller's cancellation: otherwise a thief could stop it by hanging up.</summary>
    private async ValueTask RevokeAsync(OAuthRequest request, GrantTypeResult.Granted granted, Guid? familyId)
    {
        if (granted.AuthorizationId is null && familyId is null)
        {
            return;
        }

        var filter = granted.AuthorizationId is { } authorization
            ? new TokenFamilyFilter { TenantId = request.TenantId, Subject = granted.Subject, AuthorizationId = authorization }
            : new TokenFamilyFilter { TenantId = request.TenantId, FamilyId = familyId };
        await families.RevokeAsync(filter, RevocationReason.AuthorizationCodeReused, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask DeleteUnusedAsync(TokenFamilyInfo family)
    {
        try
        {
            var filter = new TokenFamilyFilter { TenantId = family.TenantId, FamilyId = family.FamilyId };
            await families.DeleteAsync(filter, RevocationReason.Administrator, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // It stays until it expires, but nobody holds its token.
            logger.FamilyLeftBehind(fault);
        }
    }
}
