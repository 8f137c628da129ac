namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Makes the access token that goes out with a refresh token.</summary>
internal static class AccessTokenCreation
{
    public static async ValueTask<AccessToken> CreateAsync(this IAccessTokenIssuer issuer, AccessTokenContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await issuer.IssueAsync(AccessTokenRequest.For(context), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not RefreshTokenUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            throw new RefreshTokenUnavailableException("The access token could not be made.", fault);
        }
    }
}

/// <summary>The scope of a request, which is not made before somebody asks for a service.</summary>
internal sealed class RequestScope(HttpContext context) : IServiceProvider
{
    public object? GetService(Type serviceType) => context.RequestServices.GetService(serviceType);
}
