namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>An endpoint of the host's own behind the checks of the token endpoint.</summary>
internal sealed class ClientEndpoint(ClientAuthenticator authenticator, ApiResolver apis)
{
    public Func<OAuthRequest, CancellationToken, ValueTask<OAuthError?>> Handle(Func<ClientRequest, CancellationToken, ValueTask<IResult>> handle) =>
        (request, cancellationToken) => HandleAsync(request, handle, cancellationToken);

    private async ValueTask<OAuthError?> HandleAsync(
        OAuthRequest request, Func<ClientRequest, CancellationToken, ValueTask<IResult>> handle, CancellationToken cancellationToken)
    {
        if (await authenticator.AuthenticateAsync(request, cancellationToken).ConfigureAwait(false) is { } error)
        {
            return error;
        }

        if (RequestedAccess.Read(request.Parameters, out var access) is { } malformed)
        {
            return malformed;
        }

        if (await apis.FindRequestedAsync(request, access, cancellationToken).ConfigureAwait(false) is not { } resources)
        {
            return OAuthError.TargetInvalid;
        }

        var result = await handle(new ClientRequest(request, access.Scopes, resources), cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The endpoint returned no result.");
        var headers = request.Context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.Pragma = "no-cache";
        await result.ExecuteAsync(request.Context).ConfigureAwait(false);
        return null;
    }
}
