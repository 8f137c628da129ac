using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Takes the refresh token from a request and puts the next one into the answer: in the body, or in a cookie.</summary>
internal sealed class RefreshTokenCarrier(IOptions<RefreshTokenApiOptions> options, TenantRule tenants)
{
    private const long MaxBody = 16 * 1024;

    private readonly RefreshTokenApiOptions _options = options.Value;

    public string ClientId => _options.ClientId;

    /// <summary>The path that the API is mapped at, set when it is: the cookie goes nowhere else.</summary>
    public string? Path { get; set; }

    /// <summary>Whether the API is mapped at all; its path is known later.</summary>
    public bool IsMapped { get; set; }

    private bool UsesCookie => _options.Transport == RefreshTokenTransport.Cookie;

    public string TenantOf(HttpContext context) => tenants.Of(context);

    /// <summary>Whether the user is of the tenant of the request.</summary>
    public bool Admits(HttpContext context) => tenants.Admits(context.User, tenants.Of(context));

    public static DeviceInfo DeviceOf(HttpContext context, string? name = null) =>
        DeviceInfo.Observe(context.Connection.RemoteIpAddress?.ToString(), context.Request.Headers.UserAgent, name);

    /// <summary>The presented token, or what is wrong with the request.</summary>
    public async ValueTask<(string? Token, SessionAnswer? Error)> ReadAsync(HttpContext context)
    {
        if (UsesCookie)
        {
            return IsCrossSite(context.Request)
                ? (null, SessionAnswer.Problem(StatusCodes.Status403Forbidden, "Requests from other sites are rejected.", "cross_site_request"))
                : context.Request.Cookies[_options.CookieName] is { Length: > 0 } cookie ? (cookie, null) : (null, SessionAnswer.SessionEnded);
        }

        if (!context.Request.HasJsonContentType())
        {
            return (null, SessionAnswer.Problem(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON.", "invalid_request"));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxBody;
        }

        try
        {
            var body = await JsonSerializer.DeserializeAsync(context.Request.Body, SessionJson.Default.RefreshBody, context.RequestAborted).ConfigureAwait(false);
            return body?.RefreshToken is { Length: > 0 } token ? (token, null) : (null, BadBody("refreshToken is missing."));
        }
        catch (JsonException)
        {
            return (null, BadBody("The body must be a JSON object with the text refreshToken."));
        }
        catch (BadHttpRequestException bad)
        {
            return (null, SessionAnswer.Problem(bad.StatusCode, "The body can't be read.", "invalid_request"));
        }
    }

    /// <summary>The tokens of a log-in or a refresh.</summary>
    public IResult Answer(AccessToken accessToken, RefreshToken refreshToken, TokenFamilyInfo family)
    {
        if (!UsesCookie)
        {
            return SessionAnswer.Tokens(accessToken, refreshToken);
        }

        return new WithCookie(SessionAnswer.Tokens(accessToken, null), response => SetCookie(response, refreshToken.Reveal(), ExpiryOf(family)));
    }

    /// <summary>The answer of a log-out.</summary>
    public IResult LoggedOut() => UsesCookie ? new WithCookie(SessionAnswer.Done, response => SetCookie(response, string.Empty, DateTimeOffset.UnixEpoch)) : SessionAnswer.Done;

    public static DateTimeOffset? ExpiryOf(TokenFamilyInfo family) =>
        family.AbsoluteExpiresAt < family.IdleExpiresAt ? family.AbsoluteExpiresAt : family.IdleExpiresAt ?? family.AbsoluteExpiresAt;

    private static SessionAnswer BadBody(string title) => SessionAnswer.Problem(StatusCodes.Status400BadRequest, title, "invalid_request");

    /// <summary>Browsers say where a request comes from. SameSite keeps the cookie from other sites, and this from other origins of the site.</summary>
    private bool IsCrossSite(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (origin is not null && _options.AllowedOrigins.Contains(origin, StringComparer.Ordinal))
        {
            return false;
        }

        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "" => origin is not null && origin != $"{request.Scheme}://{request.Host}",
            var site => site is not ("same-origin" or "none"),
        };
    }

    private void SetCookie(HttpResponse response, string value, DateTimeOffset? expires) => response.Cookies.Append(_options.CookieName, value, new CookieOptions
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        IsEssential = true,
        Expires = expires,
        Path = response.HttpContext.Request.PathBase
            + (Path ?? throw new InvalidOperationException("MapRefreshTokenApi() is missing: the cookie needs its path.")),
    });

    private sealed class WithCookie(SessionAnswer answer, Action<HttpResponse> setCookie) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            setCookie(httpContext.Response);
            return answer.ExecuteAsync(httpContext);
        }
    }
}
