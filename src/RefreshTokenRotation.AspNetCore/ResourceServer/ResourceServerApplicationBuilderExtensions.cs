using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Rejects access tokens of ended families, and confirms the use of active ones.</summary>
public static class ResourceServerApplicationBuilderExtensions
{
    /// <summary>Rejects every authenticated request whose access token came with a family that has ended: 401 and <c>invalid_token</c> (RFC 6750
    /// section 3.1). Other requests pass, including anonymous ones and those whose tokens have no family.</summary>
    /// <remarks>Add it after <c>UseAuthentication()</c>, and after <c>UseAuthorization()</c> if policies name their own authentication schemes. If
    /// nobody is authenticated yet, it uses the default scheme itself. If another scheme authenticates later, the request ends with an exception, so
    /// that no token slips through. <c>AddRotationBearer()</c> needs no middleware: it checks the deny list when it authenticates.</remarks>
    /// <param name="app">The pipeline.</param>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <exception cref="InvalidOperationException"><c>AddResourceServer()</c> is missing, or there is neither a token store nor another source.</exception>
    public static IApplicationBuilder UseAccessTokenDenyList(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var denyList = Required<DenyList>(app.ApplicationServices);
        return app.Use(next => context => denyList.InvokeAsync(context, next));
    }

    /// <summary>Rejects requests to these endpoints with 401, unless they carry an access token of an active family. Anonymous requests and tokens
    /// without a family are rejected too. The check runs before parameters are bound.</summary>
    /// <typeparam name="TBuilder">The kind of endpoints.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TBuilder RequireActiveFamily<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Wrapped and not filtered: filters run after the parameters are bound, and know nothing of what is no route handler.
        builder.Finally(static endpoint =>
        {
            var denyList = Required<DenyList>(endpoint.ApplicationServices);
            var next = endpoint.RequestDelegate ?? throw new InvalidOperationException("The endpoint has no request delegate.");
            endpoint.RequestDelegate = context => denyList.InvokeRequiredAsync(context, next);
        });
        return builder;
    }

    /// <summary>Records in the token store when an access token of a new generation is first used on this node, which ends the lost-response recovery of
    /// its predecessor (<see cref="ITokenFamilyManager.ConfirmUseAsync"/>). It costs one read and one write per generation, once on each
    /// node, before the request continues. A failure is logged, and the request continues.</summary>
    /// <remarks>Add it after <see cref="UseAccessTokenDenyList"/>, in the host that has the token store.</remarks>
    /// <param name="app">The pipeline.</param>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <exception cref="InvalidOperationException"><c>AddResourceServer()</c> or <c>AddRefreshTokenRotation()</c> is missing.</exception>
    public static IApplicationBuilder UseRecoveryConfirmation(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var confirmation = Required<RecoveryConfirmation>(app.ApplicationServices);
        return app.Use(next => context => confirmation.InvokeAsync(context, next));
    }

    private static T Required<T>(IServiceProvider services)
        where T : class =>
        services.GetService<T>()
            ?? throw new InvalidOperationException("The resource server has not been added: call AddResourceServer() on the services.");
}
