using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Authenticates a request by its access token. Its refusals are those of <see cref="AccessTokenVerifier"/>.</summary>
internal sealed class RotationBearerHandler(
    IOptionsMonitor<RotationBearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccessTokenVerifier verifier, IssuerKeys keys, BearerDenyList denyList, CorsOrder cors)
    : AuthenticationHandler<RotationBearerOptions>(options, loggers, encoder)
{
    private const string JsonValueType = "JSON";

    private IResult? _refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (AuthorizationHeader.Token(Context) is null && Request.Headers.Authorization.Count <= 1)
        {
            return AuthenticateResult.NoResult(); // nothing, or what another scheme reads
        }

        try
        {
            return await VerifyAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (!Context.RequestAborted.IsCancellationRequested)
        {
            // A store or the issuer's metadata: the token may be good.
            Logger.RequestFailed(fault, OAuthPipeline.RouteOf(Context));
            return Unavailable();
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // Authentication leaves its result, good or bad. Without one, authorization came first, or nobody authenticates.
        if (Context.Features.Get<IAuthenticateResultFeature>() is null && (await HandleAuthenticateOnceSafeAsync().ConfigureAwait(false)).Succeeded)
        {
            Logger.AuthorizedBeforeAuthenticated();
        }

        cors.Check(Context);
        if (_refusal == OAuthError.Unavailable)
        {
            Response.Headers.RetryAfter = denyList.List?.RetryAfter ?? "1";
        }

        await (_refusal ?? verifier.Challenges.NoToken).ExecuteAsync(Context).ConfigureAwait(false);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        cors.Check(Context);
        Response.Headers.WWWAuthenticate = $"{AuthorizationHeader.Scheme(Context)} error=\"insufficient_scope\"";
        return base.HandleForbiddenAsync(properties);
    }

    private async Task<AuthenticateResult> VerifyAsync()
    {
        var verification = Options.Authority is { } authority
            ? await verifier.VerifyAsync(Context, (token, cancellation) => keys.ValidateAsync(authority, token, cancellation), Context.RequestAborted).ConfigureAwait(false)
            : await verifier.VerifyAsync(Context, Context.RequestAborted).ConfigureAwait(false);
        if (verification is AccessTokenVerification.Rejected rejected)
        {
            return Refuse(rejected, rejected.Error ?? "no access token");
        }

        var token = ((AccessTokenVerification.Accepted)verification).Token;
        var invalid = verifier.Challenges.TokenRefused(AuthorizationHeader.Scheme(Context));
        if (!IsForThisApi(token))
        {
            return Refuse(invalid, $"its audience is {Words(token.Resources)}, and this API expects {Words(Expected())}");
        }

        var user = new ClaimsPrincipal(Identity(token));
        if (Options.UseDenyList && denyList.List is { } list)
        {
            switch (await list.JudgeAsync(Context, user, isFamilyRequired: false).ConfigureAwait(false))
            {
                case DenyListVerdict.Refuse:
                    return Refuse(invalid, "the family has ended");
                case DenyListVerdict.Unavailable:
                    return Unavailable();
            }
        }
        else if (Options.UseDenyList)
        {
            denyList.WarnOnce();
        }

        var properties = new AuthenticationProperties { ExpiresUtc = token.ExpiresAt, IssuedUtc = token.IssuedAt };
        return AuthenticateResult.Success(new AuthenticationTicket(user, properties, Scheme.Name));
    }

    private bool IsForThisApi(ValidatedAccessToken token)
    {
        var expected = Expected();
        return expected.Count == 0 ? token.Resources.Count == 0 : token.Resources.Any(resource => expected.Contains(resource, StringComparer.Ordinal));
    }

    /// <summary>The audiences of the options, or else the issuer's own; empty if it has none.</summary>
    private ICollection<string> Expected() =>
        Options.Audiences.Count > 0 ? Options.Audiences
        : Context.RequestServices.GetRequiredService<IAccessTokenIssuer>().DefaultAudience is { } audience ? [audience]
        : [];

    private static string Words(IEnumerable<string> audiences) => string.Join(' ', audiences) is { Length: > 0 } text ? text : "none";

    /// <summary>The claims of the token: its own if it is a JWT, otherwise those that its issuer read.</summary>
    private ClaimsIdentity Identity(ValidatedAccessToken token)
    {
        var identity = new ClaimsIdentity([], Scheme.Name, Options.NameClaimType, Options.RoleClaimType);
        if (CompactJws.Parse(AuthorizationHeader.Token(Context)!) is { } jwt)
        {
            foreach (var member in jwt.Payload.EnumerateObject())
            {
                AddClaims(identity, member.Name, member.Value);
            }

            return identity;
        }

        Add("sub", token.Subject);
        Add("client_id", token.ClientId);
        Add(verifier.TenantClaim, token.TenantId.Length == 0 ? null : token.TenantId);
        Add("scope", token.Scopes.Count == 0 ? null : string.Join(' ', token.Scopes));
        Add("iss", token.Issuer);
        Add("jti", token.TokenId);
        Add("sid", token.SessionId);
        Add("acr", token.Acr);
        Add("exp", token.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        Add(AccessTokenClaims.FamilyId, token.FamilyId?.ToString("N"));
        Add(AccessTokenClaims.Generation, token.Generation?.ToString(CultureInfo.InvariantCulture));
        identity.AddClaims(token.Resources.Select(static resource => new Claim("aud", resource)));
        identity.AddClaims(token.Amr.Select(static method => new Claim("amr", method)));
        return identity;

        void Add(string type, string? value)
        {
            if (value is not null)
            {
                identity.AddClaim(new Claim(type, value));
            }
        }
    }

    private static void AddClaims(ClaimsIdentity identity, string type, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var entry in value.EnumerateArray())
                {
                    AddClaims(identity, type, entry);
                }

                break;
            case JsonValueKind.String:
                identity.AddClaim(new Claim(type, value.GetString()!));
                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Object:
                identity.AddClaim(new Claim(type, value.GetRawText(), JsonValueType));
                break;
            default:
                identity.AddClaim(new Claim(type, value.GetRawText()));
                break;
        }
    }

    private AuthenticateResult Refuse(IResult refusal, string reason)
    {
        _refusal = refusal;
        return AuthenticateResult.Fail($"The access token was rejected: {reason}.");
    }

    private AuthenticateResult Unavailable()
    {
        _refusal = OAuthError.Unavailable;
        return AuthenticateResult.Fail("Could not determine whether the access token is valid.");
    }
}

/// <summary>The deny list, where anything can say which families have ended.</summary>
internal sealed class BearerDenyList(DenyList? list, ILogger<BearerDenyList> logger)
{
    private int _warned;

    public DenyList? List => list;

    public void WarnOnce()
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            logger.NothingKnowsEndedFamilies();
        }
    }
}

/// <summary>Validates the options of a scheme. Each message names the option and its value.</summary>
internal sealed class RotationBearerValidator(IServiceProviderIsService? services = null) : IValidateOptions<RotationBearerOptions>
{
    public ValidateOptionsResult Validate(string? name, RotationBearerOptions options)
    {
        var failures = new List<string>();
        if (options.Authority is { } authority)
        {
            failures.Require(
                Uri.TryCreate(authority, UriKind.Absolute, out var address) && IsAcceptable(address),
                $"RotationBearerOptions.Authority ('{authority}') must be an absolute https address, or http on this machine, without query and fragment.");
            failures.Require(
                options.Audiences.Count > 0,
                "RotationBearerOptions.Audiences is empty: name this API (options.Audiences.Add(\"https://api.example/\")), or it would accept tokens for others.");
        }
        else
        {
            failures.Require(
                services?.IsService(typeof(IAccessTokenIssuer)) != false,
                "No IAccessTokenIssuer is registered, and RotationBearerOptions.Authority is not set: name the issuer whose access tokens this API "
                    + "accepts, call UseJwtAccessTokens(), or register an issuer of your own.");
        }

        failures.Require(!options.Audiences.Any(string.IsNullOrEmpty), "RotationBearerOptions.Audiences contains an empty string.");
        failures.Require(
            !string.IsNullOrEmpty(options.NameClaimType) && !string.IsNullOrEmpty(options.RoleClaimType),
            "RotationBearerOptions.NameClaimType and RoleClaimType must not be empty.");
        return failures.ToResult();
    }

    private static bool IsAcceptable(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address is { Query: "", Fragment: "" };
}
