using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Lets a request pass or refuses it. The refusal never says why: its reader may be a thief.</summary>
internal sealed class DenyList(StatusCache cache, IOptions<ResourceServerOptions> options, ResourceServerMetrics metrics, TenantRule tenants)
{
    private static readonly OAuthError InvalidToken = new(StatusCodes.Status401Unauthorized, "invalid_token", null);

    private readonly ResourceServerOptions _options = options.Value;
    private readonly string _retryAfter = ((long)options.Value.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Checks the user of a request, once, and lets it go on.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next, bool isFamilyRequired)
    {
        if (await MayPassAsync(context, isFamilyRequired).ConfigureAwait(false))
        {
            await next(context).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> MayPassAsync(HttpContext context, bool isFamilyRequired)
    {
        switch (PresentedFamily.Read(context.User, _options, tenants, tenants.Of(context), out var presented))
        {
            case FamilyReading.Anonymous:
                return !isFamilyRequired || Challenge(context);
            case FamilyReading.None:
                return !(isFamilyRequired || _options.RefuseTokensWithoutFamily)
                    || await RefuseAsync(context, "no_family").ConfigureAwait(false);
            case FamilyReading.OtherTenant:
                return await RefuseAsync(context, "other_tenant").ConfigureAwait(false);
            case FamilyReading.Malformed:
                return await RefuseAsync(context, "malformed").ConfigureAwait(false);
        }

        if (context.Features.Get<CheckedFamily>()?.Key == presented.Key)
        {
            return true;
        }

        var answer = await cache.GetAsync(presented, _options.ResolveAccessToken(context), context.RequestAborted).ConfigureAwait(false);
        switch (answer.Status)
        {
            case AccessTokenStatus.Active:
                metrics.Allowed(answer.Age);
                break;
            case null when _options.AllowWhenUnavailable:
                metrics.StatusUnknown(allowed: true);
                break;
            case null:
                metrics.StatusUnknown(allowed: false);
                context.Response.Headers.RetryAfter = _retryAfter;
                await SendAsync(context, OAuthError.Unavailable).ConfigureAwait(false);
                return false;
            default:
                return await RefuseAsync(context, answer.Status == AccessTokenStatus.Ended ? "ended" : "inactive").ConfigureAwait(false);
        }

        context.Features.Set(new CheckedFamily(presented.Key));
        return true;
    }

    private async ValueTask<bool> RefuseAsync(HttpContext context, string reason)
    {
        metrics.Refused(reason);
        context.Response.Headers.WWWAuthenticate = $"{AuthorizationHeader.Scheme(context)} error=\"invalid_token\"";
        await SendAsync(context, InvalidToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>A request without a token gets no error code (RFC 6750 section 3.1).</summary>
    private static bool Challenge(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = AuthorizationHeader.Scheme(context);
        OAuthAnswer.SendEmpty(context, StatusCodes.Status401Unauthorized);
        return false;
    }

    private static ValueTask SendAsync(HttpContext context, OAuthError error) =>
        OAuthAnswer.SendJsonAsync(context, error.StatusCode, error.Body.Span);
}

/// <summary>Says on a request that this family has been checked, so that middleware and endpoint together ask once.</summary>
internal sealed record CheckedFamily(FamilyKey Key);
