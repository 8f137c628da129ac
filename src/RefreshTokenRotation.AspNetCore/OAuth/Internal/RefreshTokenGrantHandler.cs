using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The grant <c>refresh_token</c> (RFC 6749 section 6).</summary>
internal sealed class RefreshTokenGrantHandler(
    IRefreshTokenService tokens, IAccessTokenIssuer issuer, ApiResolver apis, StatedTimes times, IOptions<RefreshTokenEndpointOptions> options)
{
    private readonly int _refusedStatusCode = options.Value.RefusedTokenStatusCode;

    public async ValueTask<OAuthError?> HandleAsync(OAuthRequest request, CancellationToken cancellationToken)
    {
        if (request.Parameters[ParameterNames.RefreshToken] is not { } token)
        {
            return OAuthError.RefreshTokenMissing;
        }

        if (RequestedAccess.Read(request.Parameters, out var access) is { } error)
        {
            return error;
        }

        // The access token is made before the write: a signer or a store that fails consumes nothing.
        TimeSpan? stated = null;
        IReadOnlyList<string>? scopes = null;
        OAuthError? refusal = null;
        var result = await tokens.ExchangeAsync(
            new ExchangeRequest
            {
                RefreshToken = token,
                ClientId = request.Client.ClientId,
                TenantId = request.TenantId,
                Scopes = access.Scopes,
                Resources = access.Resources,
                SenderKeyThumbprint = request.ConfirmationKey?.Thumbprint,
                Device = request.ObserveDevice(),
                Services = request,
                CreateAccessToken = async (context, token) =>
                {
                    try
                    {
                        var resolved = await apis.ResolveAsync(context, access, token).ConfigureAwait(false);
                        scopes = resolved.Scopes;
                        stated = await times.FindLeewayAsync(context.Family, token).ConfigureAwait(false);
                        await request.UseProofAsync(token).ConfigureAwait(false);
                        var key = request.ConfirmationKey;
                        return await issuer.IssueAsync(
                            AccessTokenRequest.For(
                                context, key?.Thumbprint, resolved.Lifetime, senderKeyKind: key?.Kind ?? default, scopes: resolved.Scopes, resources: resolved.Resources),
                            token).ConfigureAwait(false);
                    }
                    catch (RefusedException refused)
                    {
                        refusal = refused.Error;
                        throw new ExchangeRefusedException(refused.Reason);
                    }
                },
            },
            cancellationToken).ConfigureAwait(false);

        switch (result)
        {
            case ExchangeResult.Succeeded succeeded:
                await TokenAnswer.SendAsync(request.Context, succeeded.AccessToken!, scopes ?? succeeded.Scopes, succeeded.RefreshToken, stated, times.LifetimesOf(succeeded.Family)).ConfigureAwait(false);
                return null;
            case ExchangeResult.Rejected when refusal is not null:
                return refusal;
            case ExchangeResult.Rejected { Reason: RejectionReason.InvalidScope }:
                return OAuthError.ScopeInvalid;
            case ExchangeResult.Rejected { Reason: RejectionReason.InvalidTarget }:
                return OAuthError.TargetInvalid;
            case ExchangeResult.Rejected { Refusal: { } named }:
                return new OAuthError(named.StatusCode, named.Error, named.Description, named.Members);
            case ExchangeResult.Rejected { Reason: RejectionReason.ReuseDetected or RejectionReason.Revoked, Description: { } tooLate }:
                // For a client whose processes share a token, as its policy says: they can do something about it, if they learn why.
                return new OAuthError(StatusOf(request.Client), "invalid_grant", tooLate);
            default:
                return OAuthError.RefreshTokenRefused(StatusOf(request.Client)); // whatever the cause
        }
    }

    private int StatusOf(OAuthClient client) => client.RefusedTokenStatusCode ?? _refusedStatusCode;
}
