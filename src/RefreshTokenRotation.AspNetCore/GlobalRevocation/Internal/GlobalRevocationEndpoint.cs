using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Ends every family of a user whom an authorized client names.</summary>
internal sealed class GlobalRevocationEndpoint(
    ClientAuthenticator authenticator, ITokenFamilyManager families, AuditTrail trail, IOptions<RefreshTokenEndpointOptions> options)
{
    private const string Bearer = "Bearer ";

    private readonly RefreshTokenEndpointOptions _options = options.Value;

    public async ValueTask<OAuthError?> HandleAsync(HttpContext context, string tenantId, CancellationToken cancellationToken)
    {
        // The caller comes first: nobody else learns anything from the answer, and a public client has only named itself.
        var request = new OAuthRequest(context, tenantId, Credentials(context.Request));
        if (await authenticator.AuthenticateAsync(request, cancellationToken).ConfigureAwait(false) is not null
            || request.Client.AuthenticationMethod == ClientAuthenticationMethod.None)
        {
            return OAuthError.ClientChallenged;
        }

        if (!request.Client.AllowGlobalRevocation)
        {
            return OAuthError.GlobalRevocationNotAllowed;
        }

        var (body, unreadable) = await RequestBody.ReadDocumentAsync(
            context.Request, "application/json", _options.MaximumBodySize, mustBeUtf8: false, cancellationToken).ConfigureAwait(false);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (CompactJws.ParseObject(body!) is not { } document || !document.TryGetProperty("sub_id", out var named) || SubjectIdentifier.Read(named) is not { } identifier)
        {
            return OAuthError.SubjectMalformed;
        }

        var resolver = context.RequestServices.GetRequiredService<ISubjectIdentifierResolver>();
        if (await resolver.FindSubjectAsync(identifier, request.Client.ClientId, tenantId, cancellationToken).ConfigureAwait(false) is not { } subject)
        {
            return OAuthError.UserNotFound;
        }

        var entry = new ManagementAuditEntry { Operation = ManagementOperation.UserAccessRevoked, Actor = request.Client.ClientId, TenantId = tenantId, UserId = subject };
        await trail.MakeAsync(entry, RevokeAsync).ConfigureAwait(false);
        OAuthAnswer.SendEmpty(context, StatusCodes.Status204NoContent);
        return null;

        // Sessions first: an active one could get new tokens.
        async ValueTask<long> RevokeAsync(CancellationToken token)
        {
            if (_options.EndSessions is { } endSessions)
            {
                await endSessions(context, subject, null).ConfigureAwait(false);
            }

            return await families.RevokeAsync(TokenFamilyFilter.ForUser(subject) with { TenantId = tenantId }, cancellationToken: token).ConfigureAwait(false);
        }
    }

    /// <summary>Here an assertion is in the header: the body has no parameters.</summary>
    private static OAuthParameters Credentials(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? new([
                new(ParameterNames.ClientAssertionType, ClientAssertionVerifier.AssertionType),
                new(ParameterNames.ClientAssertion, header[Bearer.Length..].Trim()),
            ])
            : new([]);
}
