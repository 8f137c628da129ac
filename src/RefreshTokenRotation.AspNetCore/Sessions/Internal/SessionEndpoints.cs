using System.Security.Claims;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Refresh, log-out and the user's sessions.</summary>
internal sealed class SessionEndpoints(
    IRefreshTokenService tokens, ITokenFamilyManager families, IAccessTokenIssuer issuer, RefreshTokenCarrier carrier, ILogger<SessionEndpoints> logger)
{
    private const int MaxListed = 1000;

    public Task RefreshAsync(HttpContext context) => AnswerAsync(context, async () =>
    {
        var (token, error) = await carrier.ReadAsync(context).ConfigureAwait(false);
        if (error is not null)
        {
            return error;
        }

        var result = await tokens.ExchangeAsync(
            new ExchangeRequest
            {
                RefreshToken = token!,
                ClientId = carrier.ClientId,
                TenantId = carrier.TenantOf(context),
                Device = RefreshTokenCarrier.DeviceOf(context),
                CreateAccessToken = issuer.CreateAsync,
                Services = new RequestScope(context),
            },
            context.RequestAborted).ConfigureAwait(false);
        return result switch
        {
            ExchangeResult.Succeeded succeeded => carrier.Answer(succeeded.AccessToken!, succeeded.RefreshToken, succeeded.Family),
            ExchangeResult.Rejected { Refusal: { } refusal } => SessionAnswer.Refused(refusal),
            _ => SessionAnswer.SessionEnded,
        };
    });

    public Task LogOutAsync(HttpContext context) => AnswerAsync(context, async () =>
    {
        var (token, error) = await carrier.ReadAsync(context).ConfigureAwait(false);
        if (ReferenceEquals(error, SessionAnswer.SessionEnded))
        {
            return carrier.LoggedOut(); // no cookie: logged out already
        }

        if (error is not null)
        {
            return error;
        }

        var request = new RevokeRequest { RefreshToken = token!, ClientId = carrier.ClientId, TenantId = carrier.TenantOf(context) };
        await tokens.RevokeAsync(request, context.RequestAborted).ConfigureAwait(false);
        return carrier.LoggedOut();
    });

    public Task ListAsync(HttpContext context) => ForUserAsync(context, async (mine, current) =>
    {
        var page = await families.ListAsync(mine with { State = FamilyState.Active }, limit: MaxListed, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        IReadOnlyList<SessionBodies.SessionBody> sessions = [.. page.Families.Select(family => new SessionBodies.SessionBody(
            family.FamilyId,
            family.LastDevice?.Name ?? family.FirstDevice?.Name, // a refresh names no device
            (family.LastDevice ?? family.FirstDevice)?.IpAddress,
            (family.LastDevice ?? family.FirstDevice)?.UserAgent,
            family.CreatedAt,
            family.LastUsedAt,
            RefreshTokenCarrier.ExpiryOf(family),
            family.FamilyId == current))];
        return SessionAnswer.Json(sessions, SessionJson.Default.IReadOnlyListSessionBody);
    });

    public Task EndAsync(HttpContext context) => ForUserAsync(context, async (mine, _) =>
    {
        if (!Guid.TryParse(context.Request.RouteValues["id"] as string, out var id)
            || (await families.ListAsync(mine with { FamilyId = id }, cancellationToken: context.RequestAborted).ConfigureAwait(false)).Families.Count == 0)
        {
            return SessionAnswer.Problem(StatusCodes.Status404NotFound, "There is no such session.", "not_found");
        }

        await families.RevokeAsync(mine with { FamilyId = id }, RevocationReason.User, context.RequestAborted).ConfigureAwait(false);
        return SessionAnswer.Done;
    });

    public Task EndOthersAsync(HttpContext context) => ForUserAsync(context, async (mine, current) =>
    {
        if (current is null)
        {
            return SessionAnswer.Problem(StatusCodes.Status400BadRequest, "The access token names no session.", "invalid_request");
        }

        await families.RevokeAsync(mine with { ExceptFamilyId = current }, RevocationReason.User, context.RequestAborted).ConfigureAwait(false);
        return SessionAnswer.Done;
    });

    private Task ForUserAsync(HttpContext context, Func<TokenFamilyFilter, Guid?, Task<IResult>> act) => AnswerAsync(context, () =>
    {
        var user = context.User;
        if ((user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier)) is not { Value: { Length: > 0 } subject })
        {
            return Task.FromResult<IResult>(SessionAnswer.Problem(StatusCodes.Status401Unauthorized, "The request names no user.", "invalid_token"));
        }

        if (!carrier.Admits(context))
        {
            return Task.FromResult<IResult>(SessionAnswer.Problem(StatusCodes.Status403Forbidden, "The user belongs to another tenant.", "access_denied"));
        }

        var mine = TokenFamilyFilter.ForUserAndClient(subject, carrier.ClientId) with { TenantId = carrier.TenantOf(context) };
        return act(mine, Guid.TryParse(user.FindFirst(AccessTokenClaims.FamilyId)?.Value, out var current) ? current : null);
    });

    private async Task AnswerAsync(HttpContext context, Func<Task<IResult>> act)
    {
        IResult answer;
        try
        {
            answer = await act().ConfigureAwait(false);
        }
        catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
        {
            // A store, the signer, a hook or other host code failed. Nothing is consumed, or the same request succeeds when repeated.
            logger.RequestFailed(fault, context.GetEndpoint()?.DisplayName);
            answer = SessionAnswer.Unavailable;
        }

        await answer.ExecuteAsync(context).ConfigureAwait(false);
    }
}
