using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>The bearer scheme of Identity, with rotation: a sign-in starts a family, or exchanges the token of a prepared refresh. Reading access tokens and
/// challenges are left to the handler that was there, and access tokens of ended families are refused.</summary>
internal sealed class RotatingBearerHandler(
    OriginalBearerScheme original,
    IRefreshTokenService tokens,
    ITokenFamilyManager families,
    Tenants tenants,
    UserKinds kinds,
    IOptionsMonitor<BearerTokenOptions> bearer,
    IOptions<IdentityOptions> identity,
    IOptions<IdentityRotationOptions> options,
    TimeProvider time,
    ILogger<RotatingBearerHandler> logger) : IAuthenticationSignInHandler
{
    private HttpContext _context = null!;
    private AuthenticationScheme _scheme = null!;
    private IAuthenticationHandler _inner = null!;
    private Task<AuthenticateResult>? _authentication;
    private bool _storeFailed;

    private BearerTokenOptions Bearer => bearer.Get(_scheme.Name);

    private DeviceInfo Device =>
        DeviceInfo.Observe(_context.Connection.RemoteIpAddress?.ToString(), _context.Request.Headers.UserAgent.ToString());

    public async Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        (_scheme, _context) = (scheme, context);
        _inner = (IAuthenticationHandler)ActivatorUtilities.CreateInstance(context.RequestServices, original.Handler);
        await _inner.InitializeAsync(scheme, context).ConfigureAwait(false);
    }

    public Task<AuthenticateResult> AuthenticateAsync() => _authentication ??= AuthenticateOnceAsync();

    public async Task SignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        try
        {
            var tenant = tenants.Current;
            var isForeign = tenants.IsForeign(user, tenant);
            if (_context.Features.Get<RefreshAttempt>() is { IsRead: true } attempt)
            {
                attempt.IsRefused |= isForeign;
                await (isForeign ? _inner.ChallengeAsync(properties: null) : RefreshAsync(attempt, tenant, user, properties)).ConfigureAwait(false);
            }
            else
            {
                // The answer of /login to a wrong password.
                await (isForeign
                    ? TypedResults.Problem(SignInResult.Failed.ToString(), statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(_context)
                    : IssueAsync(tenant, user, properties)).ConfigureAwait(false);
            }
        }
        catch (RefreshTokenUnavailableException fault)
        {
            logger.StoreUnavailable(fault);
            Outage.Answer(_context);
        }
    }

    /// <summary>As before: signing out of everything is not meant to answer a request with a bearer token. See <c>MapIdentitySessions</c>.</summary>
    public Task SignOutAsync(AuthenticationProperties? properties) => Task.CompletedTask;

    public async Task ChallengeAsync(AuthenticationProperties? properties)
    {
        if (_storeFailed)
        {
            Outage.Answer(_context);
            return;
        }

        await _inner.ChallengeAsync(properties).ConfigureAwait(false);
    }

    public Task ForbidAsync(AuthenticationProperties? properties) => _inner.ForbidAsync(properties);

    private async Task<AuthenticateResult> AuthenticateOnceAsync()
    {
        var result = await _inner.AuthenticateAsync().ConfigureAwait(false);
        if (!result.Succeeded)
        {
            return result;
        }

        var tenant = tenants.Current;
        if (tenants.IsForeign(result.Principal, tenant))
        {
            return AuthenticateResult.Fail("The access token belongs to another tenant.");
        }

        if (!options.Value.CheckAccessTokens || FamilyClaims.FamilyOf(result.Principal) is not { } id)
        {
            return result;
        }

        try
        {
            var family = await families.FindAsync(id, tenant, _context.RequestAborted).ConfigureAwait(false);
            if (family?.GetState(time.GetUtcNow()) != FamilyState.Active)
            {
                return AuthenticateResult.Fail("The session has ended.");
            }

            if (UserKinds.Of(_context.GetEndpoint()) is { } user && family.ClientId != kinds.ClientOf(user))
            {
                return AuthenticateResult.Fail("The access token belongs to another kind of user.");
            }

            await ConfirmUseAsync(family, FamilyClaims.GenerationOf(result.Principal)).ConfigureAwait(false);
            return result;
        }
        catch (RefreshTokenUnavailableException fault)
        {
            logger.StoreUnavailable(fault);
            _storeFailed = true;
            return AuthenticateResult.Fail("Could not determine whether the session is active.");
        }
    }

    /// <summary>The response that carried this access token has arrived, so its predecessor need not be recovered: one write a generation.</summary>
    private async Task ConfirmUseAsync(TokenFamilyInfo family, long? generation)
    {
        if (family.Generation != generation || family.RecoverUntil is null)
        {
            return;
        }

        try
        {
            await families.ConfirmUseAsync(family.FamilyId, family.Generation, family.TenantId, _context.RequestAborted).ConfigureAwait(false);
        }
        catch (RefreshTokenUnavailableException fault)
        {
            logger.UseNotConfirmed(fault, family.FamilyId);
        }
    }

    private async Task IssueAsync(string tenant, ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        var claims = identity.Value.ClaimsIdentity;
        var issued = await tokens.IssueAsync(
            new IssueRequest
            {
                Subject = user.FindFirstValue(claims.UserIdClaimType)
                    ?? throw new InvalidOperationException($"The user has no claim '{claims.UserIdClaimType}': without an id nobody can stay signed in."),
                ClientId = kinds.Client,
                TenantId = tenant,
                Device = Device,
                AuthenticationTime = time.GetUtcNow(),
                Amr = [.. user.FindAll("amr").Select(static claim => claim.Value).Distinct(StringComparer.Ordinal)],
                Metadata = SecurityStamps.ToMetadata(user.FindFirstValue(claims.SecurityStampClaimType)),
                CreateAccessToken = (context, _) => new(Protect(user, properties, context)),
                Services = _context.RequestServices,
            },
            _context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(issued.AccessToken!, issued.RefreshToken).ConfigureAwait(false);
    }

    private async Task RefreshAsync(RefreshAttempt attempt, string tenant, ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        var result = await tokens.ExchangeAsync(
            new ExchangeRequest
            {
                RefreshToken = attempt.Token,
                ClientId = kinds.Client,
                TenantId = tenant,
                Device = Device,
                CreateAccessToken = (context, _) => new(Protect(user, properties, context)),
                Services = _context.RequestServices,
            },
            _context.RequestAborted).ConfigureAwait(false);
        await (result switch
        {
            ExchangeResult.Succeeded succeeded => AnswerAsync(succeeded.AccessToken!, succeeded.RefreshToken),
            ExchangeResult.Rejected { Refusal: { } refusal } => RefuseAsync(refusal),
            _ => _inner.ChallengeAsync(properties: null),
        }).ConfigureAwait(false);
    }

    /// <summary>The error that a hook named, in the form of Identity's own problems (RFC 9457).</summary>
    private Task RefuseAsync(ExchangeRefusal refusal)
    {
        var members = (refusal.Members ?? []).ToDictionary(static member => member.Key, static member => (object?)member.Value, StringComparer.Ordinal);
        members["error"] = refusal.Error;
        return TypedResults.Problem(refusal.Description, statusCode: refusal.StatusCode, extensions: members).ExecuteAsync(_context);
    }

    private AccessToken Protect(ClaimsPrincipal user, AuthenticationProperties? properties, AccessTokenContext context)
    {
        var own = properties?.Clone() ?? new AuthenticationProperties();
        var now = time.GetUtcNow();
        var lifetime = own.ExpiresUtc - now ?? Bearer.BearerTokenExpiration;
        own.ExpiresUtc = now + lifetime; // it keeps whole seconds
        var principal = FamilyClaims.AddTo(user, context.Family.FamilyId, context.Generation, tenants.ClaimOf(context.Family.TenantId));
        return new AccessToken
        {
            Value = Bearer.BearerTokenProtector.Protect(new AuthenticationTicket(principal, own, $"{_scheme.Name}:AccessToken")),
            Lifetime = lifetime,
        };
    }

    private Task AnswerAsync(AccessToken accessToken, RefreshToken refreshToken)
    {
        _context.RequestAborted = CancellationToken.None; // what has been exchanged must reach the client, whatever the host's time limit
        var answer = new AccessTokenResponse
        {
            AccessToken = accessToken.Value,
            ExpiresIn = (long)accessToken.Lifetime.TotalSeconds,
            RefreshToken = refreshToken.Reveal(),
        };
        return _context.Response.WriteAsJsonAsync(answer, _context.RequestAborted);
    }
}
