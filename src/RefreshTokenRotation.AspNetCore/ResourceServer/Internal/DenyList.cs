using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Lets a request pass or rejects it. The response never says why: its reader may be a thief.</summary>
internal sealed class DenyList(StatusCache cache, IOptions<ResourceServerOptions> options, ResourceServerMetrics metrics, TenantRule tenants, CorsOrder cors)
{
    private const string TooEarly =
        "UseAccessTokenDenyList() ran before the request was authenticated, and so would have let a revoked access token pass: add it after "
        + "UseAuthentication(), and after UseAuthorization() where policies name their own authentication schemes.";

    private static readonly OAuthError InvalidToken = new(StatusCodes.Status401Unauthorized, "invalid_token", null);

    private readonly ResourceServerOptions _options = options.Value;
    private readonly string? _metadata = options.Value.ResourceMetadata is { } address ? Challenges.MetadataParameter(address) : null;

    /// <summary>What <c>Retry-After</c> says while the source fails.</summary>
    public string RetryAfter { get; } = ((long)options.Value.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>The middleware. Where it comes too early it authenticates by the default scheme itself.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var user = context.User;
        if (!IsAuthenticated(user))
        {
            user = await AuthenticateAsync(context).ConfigureAwait(false) ?? user;
        }

        if (!IsAuthenticated(user))
        {
            context.Response.OnStarting(() => RefuseUncheckedAsync(context));
        }

        if (await AnswerAsync(context, await JudgeAsync(context, user, isFamilyRequired: false).ConfigureAwait(false)).ConfigureAwait(false))
        {
            await next(context).ConfigureAwait(false);
        }
    }

    /// <summary>An endpoint that needs a family that lives.</summary>
    public async Task InvokeRequiredAsync(HttpContext context, RequestDelegate next)
    {
        if (await AnswerAsync(context, await JudgeAsync(context, context.User, isFamilyRequired: true).ConfigureAwait(false)).ConfigureAwait(false))
        {
            await next(context).ConfigureAwait(false);
        }
    }

    /// <summary>Checks a user, once a request.</summary>
    public async ValueTask<DenyListVerdict> JudgeAsync(HttpContext context, ClaimsPrincipal user, bool isFamilyRequired)
    {
        var (named, refusal) = PresentedFamily.Read(user, _options, tenants, tenants.Of(context));
        if (named is not { } presented)
        {
            return refusal is not null ? Refuse(refusal)
                : !IsAuthenticated(user) ? (isFamilyRequired ? DenyListVerdict.Anonymous : DenyListVerdict.Pass)
                : isFamilyRequired || _options.RefuseTokensWithoutFamily ? Refuse("no_family")
                : DenyListVerdict.Pass;
        }

        if (context.Features.Get<CheckedFamily>()?.Key == presented.Key)
        {
            return DenyListVerdict.Pass;
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
                return DenyListVerdict.Unavailable;
            default:
                return Refuse(answer.Status == AccessTokenStatus.Ended ? "ended" : "inactive");
        }

        context.Features.Set(new CheckedFamily(presented.Key));
        return DenyListVerdict.Pass;
    }

    /// <summary>Sends the answer of a verdict. True if the request may go on.</summary>
    private async ValueTask<bool> AnswerAsync(HttpContext context, DenyListVerdict verdict)
    {
        if (verdict != DenyListVerdict.Pass)
        {
            cors.Check(context);
        }

        switch (verdict)
        {
            case DenyListVerdict.Pass:
                return true;
            case DenyListVerdict.Anonymous: // a request without a token gets no error code (RFC 6750 section 3.1)
                context.Response.Headers.WWWAuthenticate = $"{AuthorizationHeader.Scheme(context)} {_metadata}".TrimEnd();
                OAuthAnswer.SendEmpty(context, StatusCodes.Status401Unauthorized);
                return false;
            case DenyListVerdict.Unavailable:
                context.Response.Headers.RetryAfter = RetryAfter;
                await OAuthError.Unavailable.ExecuteAsync(context).ConfigureAwait(false);
                return false;
            default:
                context.Response.Headers.WWWAuthenticate =
                    $"{AuthorizationHeader.Scheme(context)} error=\"invalid_token\"{(_metadata is null ? null : $", {_metadata}")}";
                await InvalidToken.ExecuteAsync(context).ConfigureAwait(false);
                return false;
        }
    }

    private DenyListVerdict Refuse(string reason)
    {
        metrics.Refused(reason);
        return DenyListVerdict.Refuse;
    }

    /// <summary>Somebody was authenticated after this middleware, by a scheme that it could not know of.</summary>
    private Task RefuseUncheckedAsync(HttpContext context) =>
        PresentedFamily.Read(context.User, _options, tenants, tenants.Of(context)).Family is { } presented
        && context.Features.Get<CheckedFamily>()?.Key != presented.Key
            ? Task.FromException(new InvalidOperationException(TooEarly))
            : Task.CompletedTask;

    private static async ValueTask<ClaimsPrincipal?> AuthenticateAsync(HttpContext context) =>
        context.RequestServices.GetService<IAuthenticationSchemeProvider>() is { } schemes
        && await schemes.GetDefaultAuthenticateSchemeAsync().ConfigureAwait(false) is { } scheme
            ? (await context.AuthenticateAsync(scheme.Name).ConfigureAwait(false)).Principal
            : null;

    private static bool IsAuthenticated(ClaimsPrincipal user) => user.Identities.Any(static identity => identity.IsAuthenticated);
}

/// <summary>What a deny list says of a request.</summary>
internal enum DenyListVerdict
{
    /// <summary>It may go on.</summary>
    Pass,

    /// <summary>Nobody is authenticated, and a family is required.</summary>
    Anonymous,

    /// <summary>The access token is no longer good.</summary>
    Refuse,

    /// <summary>The source fails.</summary>
    Unavailable,
}

/// <summary>Says on a request that this family has been checked, so that middleware and endpoint together ask once.</summary>
internal sealed record CheckedFamily(FamilyKey Key);

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class ResourceServerValidator(IOptions<TenantOptions> tenants) : IValidateOptions<ResourceServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ResourceServerOptions options)
    {
        var failures = new List<string>();
        failures.RequireBetween(nameof(options.CacheTime), options.CacheTime, TimeSpan.Zero, TimeSpan.FromHours(1));
        failures.RequireBetween(nameof(options.SourceTimeout), options.SourceTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        failures.RequireBetween(nameof(options.CacheEntries), options.CacheEntries, 100, 10_000_000);
        failures.RequireWholeSeconds(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        (string Option, string? Claim)[] claims =
        [
            (nameof(options.FamilyClaim), options.FamilyClaim),
            (nameof(options.GenerationClaim), options.GenerationClaim),
            (nameof(TenantOptions.TenantClaim), tenants.Value.TenantClaim ?? TenantRule.DefaultClaim),
        ];
        failures.AddRange(claims.Where(static entry => string.IsNullOrEmpty(entry.Claim)).Select(static entry => $"{entry.Option} is empty."));
        failures.AddRange(claims
            .GroupBy(static entry => entry.Claim, StringComparer.Ordinal)
            .Where(static same => !string.IsNullOrEmpty(same.Key) && same.Count() > 1)
            .Select(static same => $"{string.Join(" and ", same.Select(static entry => entry.Option))} are the same claim ('{same.Key}')."));
        Syntax.CheckResourceMetadata(options.ResourceMetadata, failures);
        failures.Require(options.ResolveAccessToken is not null, "ResolveAccessToken is null.");
        return failures.ToResult();
    }
}
