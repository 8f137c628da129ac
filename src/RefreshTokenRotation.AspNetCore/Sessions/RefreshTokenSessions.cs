namespace RefreshTokenRotation.AspNetCore;

/// <summary>Starts sessions for your own log-in endpoint. A thread-safe singleton.</summary>
public sealed class RefreshTokenSessions
{
    private readonly IRefreshTokenService _tokens;
    private readonly IAccessTokenIssuer _issuer;
    private readonly RefreshTokenCarrier _carrier;
    private readonly TimeProvider _time;
    private readonly ILogger<RefreshTokenSessions> _logger;

    internal RefreshTokenSessions(IRefreshTokenService tokens, IAccessTokenIssuer issuer, RefreshTokenCarrier carrier, TimeProvider time, ILogger<RefreshTokenSessions> logger) =>
        (_tokens, _issuer, _carrier, _time, _logger) = (tokens, issuer, carrier, time, logger);

    /// <summary>Starts a session for a user whose credentials the host has checked.</summary>
    /// <param name="context">The log-in request. Its address and user agent are kept with the session.</param>
    /// <param name="subject">The user (<c>sub</c>).</param>
    /// <param name="scopes">The scope of the access tokens. Default: none.</param>
    /// <param name="deviceName">The name of the device, for the list of sessions. Default: none.</param>
    /// <param name="cancellationToken">Honoured until the write begins.</param>
    /// <returns>The response of the log-in endpoint: 200 with the tokens as <see cref="RefreshTokenApiOptions.Transport"/> says, or 503 with
    /// <c>Retry-After</c> while the store or the signer fails.</returns>
    /// <exception cref="ArgumentException">A value is missing, too long or holds a control character; the message names it and the bound.</exception>
    public async ValueTask<IResult> SignInAsync(
        HttpContext context, string subject, IReadOnlyList<string>? scopes = null, string? deviceName = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(subject);
        try
        {
            var issued = await _tokens.IssueAsync(
                new IssueRequest
                {
                    Subject = subject,
                    ClientId = _carrier.ClientId,
                    TenantId = _carrier.TenantOf(context),
                    Scopes = scopes ?? [],
                    AuthenticationTime = _time.GetUtcNow(),
                    Device = RefreshTokenCarrier.DeviceOf(context, deviceName),
                    CreateAccessToken = _issuer.CreateAsync,
                    Services = new RequestScope(context),
                },
                cancellationToken).ConfigureAwait(false);
            return _carrier.Answer(issued.AccessToken!, issued.RefreshToken, issued.Family);
        }
        catch (RefreshTokenUnavailableException fault)
        {
            _logger.RequestFailed(fault, OAuthPipeline.RouteOf(context));
            return SessionAnswer.Unavailable;
        }
    }
}
