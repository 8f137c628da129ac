using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.Identity;
using RefreshTokenRotation.Identity.Internal;

namespace Microsoft.AspNetCore.Routing;

/// <summary>Adds log-out and session endpoints to those of <c>MapIdentityApi</c>.</summary>
public static class IdentitySessionsEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>POST /logout</c>, <c>GET /manage/sessions</c>, <c>DELETE /manage/sessions/{id}</c> and <c>DELETE /manage/sessions/others</c>. Each needs a
    /// user who is logged in, by access token or cookie, and acts only on that user's sessions.
    /// </summary>
    /// <remarks>A log-out ends the family of the request's access token, so that its refresh and access tokens are rejected from then on, and signs out of
    /// Identity's cookies. An outage is 503 with <c>Retry-After</c>.</remarks>
    /// <typeparam name="TUser">The user.</typeparam>
    /// <param name="endpoints">The application, or the group that <c>MapIdentityApi</c> is mapped on.</param>
    /// <returns>The endpoints, to customize further.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    public static IEndpointConventionBuilder MapIdentitySessions<TUser>(this IEndpointRouteBuilder endpoints)
        where TUser : class
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup(string.Empty).RequireAuthorization().AddEndpointFilter(CheckAsync).WithMetadata(new UserKinds.Mapped(typeof(TUser)));

        // As a delegate: a method that takes the context alone would else be mapped without its result and without the filter.
        group.MapPost("/logout", (Delegate)LogOutAsync<TUser>);
        group.MapGet("/manage/sessions", (Delegate)ListAsync);
        group.MapDelete("/manage/sessions/{id:guid}", (Delegate)EndAsync);
        group.MapDelete("/manage/sessions/others", (Delegate)EndOthersAsync<TUser>);
        return group;
    }

    private static async Task<Ok> LogOutAsync<TUser>(HttpContext context)
        where TUser : class
    {
        var (families, mine, current) = SessionsOf(context);
        if (current is not null)
        {
            await families.RevokeAsync(mine with { FamilyId = current }, RevocationReason.User).ConfigureAwait(false);
        }
        else if (await context.AuthenticateAsync(IdentityConstants.BearerScheme).ConfigureAwait(false) is { Succeeded: true })
        {
            await EndEarlierAsync<TUser>(context).ConfigureAwait(false);
        }

        // A host with bearer tokens alone has no cookie to sign out of.
        var signIn = context.RequestServices.GetRequiredService<SignInManager<TUser>>();
        var schemes = context.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>();
        if (await schemes.GetSchemeAsync(signIn.AuthenticationScheme).ConfigureAwait(false) is not null)
        {
            await signIn.SignOutAsync().ConfigureAwait(false);
        }

        return TypedResults.Ok();
    }

    private static async Task<Ok<IReadOnlyList<IdentitySession>>> ListAsync(HttpContext context)
    {
        var (families, mine, current) = SessionsOf(context);
        var page = await families.ListAsync(
            mine with { State = FamilyState.Active }, limit: RequestLimits.PageSize, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok<IReadOnlyList<IdentitySession>>(
        [
            .. page.Families.Select(family => new IdentitySession(
                family.FamilyId,
                family.FamilyId == current,
                family.CreatedAt,
                family.LastUsedAt,
                family.IdleExpiresAt ?? family.AbsoluteExpiresAt,
                family.LastDevice?.UserAgent,
                family.LastDevice?.IpAddress)),
        ]);
    }

    private static async Task<Results<NoContent, NotFound>> EndAsync(Guid id, HttpContext context)
    {
        var (families, mine, _) = SessionsOf(context);
        var count = await families.RevokeAsync(mine with { FamilyId = id }, RevocationReason.User).ConfigureAwait(false);
        return count > 0 ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private static async Task<NoContent> EndOthersAsync<TUser>(HttpContext context)
        where TUser : class
    {
        await EndEarlierAsync<TUser>(context).ConfigureAwait(false);
        var (families, mine, current) = SessionsOf(context);
        await families.RevokeAsync(mine with { ExceptFamilyId = current }, RevocationReason.User).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    /// <summary>Ends the user's tokens from before rotation: an access token from then does not name its session.</summary>
    private static async Task EndEarlierAsync<TUser>(HttpContext context)
        where TUser : class
    {
        var services = context.RequestServices;
        var users = services.GetRequiredService<UserManager<TUser>>();
        if (services.GetRequiredService<IOptions<IdentityRotationOptions>>().Value.AdoptIdentityTokens
            && await users.GetUserAsync(context.User).ConfigureAwait(false) is { } user)
        {
            await EarlierTokens.EndAsync(users, user).ConfigureAwait(false);
        }
    }

    private static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // A cookie comes here unchecked: it is no business of the bearer handler.
        var tenants = context.HttpContext.RequestServices.GetRequiredService<Tenants>();
        if (tenants.IsForeign(context.HttpContext.User, tenants.Current))
        {
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        }

        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (RefreshTokenUnavailableException)
        {
            Outage.Answer(context.HttpContext);
            return TypedResults.Empty;
        }
    }

    /// <summary>The families of the request's user, and the one of its access token. A change that has begun is not cancelled: a log-out counts even if the client has gone.</summary>
    private static (ITokenFamilyManager Families, TokenFamilyFilter Mine, Guid? Current) SessionsOf(HttpContext context)
    {
        var services = context.RequestServices;
        var type = services.GetRequiredService<IOptions<IdentityOptions>>().Value.ClaimsIdentity.UserIdClaimType;
        var subject = context.User.FindFirstValue(type) ?? throw new InvalidOperationException($"The user has no claim '{type}'.");
        var mine = TokenFamilyFilter.ForUserAndClient(subject, services.GetRequiredService<UserKinds>().Client) with { TenantId = services.GetRequiredService<Tenants>().Current };
        return (services.GetRequiredService<ITokenFamilyManager>(), mine, FamilyClaims.FamilyOf(context.User));
    }
}
