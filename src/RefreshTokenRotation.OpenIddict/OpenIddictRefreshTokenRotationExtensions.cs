using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenIddict.Server.AspNetCore;
using RefreshTokenRotation;
using RefreshTokenRotation.OpenIddict;
using RefreshTokenRotation.OpenIddict.Internal;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds refresh token rotation to an OpenIddict server.</summary>
public static class OpenIddictRefreshTokenRotationExtensions
{
    /// <summary>Issues, exchanges, revokes and introspects refresh tokens as families, in place of the server's own refresh tokens, for every grant type and
    /// client. Authorizations, access tokens, endpoints and pruning stay OpenIddict's.</summary>
    /// <remarks>
    /// <para>Lifetimes and leeway come from the rotation policy: OpenIddict's refresh token lifetimes, <c>DisableSlidingRefreshTokenExpiration</c> and reuse leeway no
    /// longer apply. Token storage must stay enabled: OpenIddict keeps one entry per family, which holds the protected principal.</para>
    /// <para>Call it after <c>AddServer</c>.</para>
    /// </remarks>
    /// <param name="builder">The OpenIddict builder.</param>
    /// <param name="configure">Sets policies and more. Default: those of <see cref="RefreshTokenRotationOptions"/>.</param>
    /// <param name="configureOpenIddict">Sets the options for OpenIddict. Default: that of <see cref="OpenIddictRotationOptions"/>.</param>
    /// <returns>The builder that chooses the family store, policies and more.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseRefreshTokenRotation(
        this OpenIddictBuilder builder,
        Action<RefreshTokenRotationOptions>? configure = null,
        Action<OpenIddictRotationOptions>? configureOpenIddict = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<OpenIddictRotationOptions>().Configure(configureOpenIddict ?? (static _ => { }));
        services.AddOptions<OpenIddictServerOptions>()
            .Validate(static server => !server.EnableDegradedMode, "Refresh token rotation needs OpenIddict's token entries: EnableDegradedMode must be off.")
            .Validate(static server => !server.DisableTokenStorage, "Refresh token rotation needs OpenIddict's token entries: DisableTokenStorage must be off.")
            .ValidateOnStart();
        services.TryAddScoped<FamilyEntries>();
        var rotation = services.AddRefreshTokenRotation(configure ?? (static _ => { }));
        rotation.AddLegacyTokenSource<IssuedTokenSource>();
        rotation.AddEventHandler<EndedFamilies>(ServiceLifetime.Singleton);
        builder.AddServer(static server =>
        {
            server.RemoveEventHandler(RedeemTokenEntry.Descriptor);
            server.RemoveEventHandler(GenerateRefreshToken.Descriptor);
            Add<ValidateTokenContext, ResolveFamily>(server, Protection.ValidateReferenceTokenIdentifier.Descriptor.Order - 500);
            Add<ValidateTokenContext, ApplyFamilyLifetime>(server, Protection.RestoreTokenEntryProperties.Descriptor.Order + 500);
            Add<ValidateTokenContext, RefuseAccessOfEndedFamily>(server, Protection.ValidateAuthorizationEntry.Descriptor.Order + 500);
            Add<ProcessSignInContext, RedeemTokenEntryUnlessFamily>(server, RedeemTokenEntry.Descriptor.Order);
            Add<GenerateTokenContext, SkipTokenEntry>(server, Protection.CreateTokenEntry.Descriptor.Order - 500);
            Add<ProcessSignInContext, IssueOrExchange>(server, AttachSignInParameters.Descriptor.Order - 500);
            Add<HandleRevocationRequestContext, RevokeDraft>(server, Revocation.RevokeToken.Descriptor.Order - 500);
            Add<HandleRevocationRequestContext, RevokeFamily>(server, Revocation.RevokeToken.Descriptor.Order + 500);
            AddAnswer<ApplyTokenResponseContext, HookAnswer>(server, 250);
            AddAnswer<ApplyTokenResponseContext, OutageStatus<ApplyTokenResponseContext>>(server, 500);
            AddAnswer<ApplyRevocationResponseContext, OutageStatus<ApplyRevocationResponseContext>>(server, 500);
            AddAnswer<ApplyIntrospectionResponseContext, OutageStatus<ApplyIntrospectionResponseContext>>(server, 500);
            AddAnswer<ApplyUserInfoResponseContext, OutageStatus<ApplyUserInfoResponseContext>>(server, 500);
        });
        return rotation;
    }

    private static void Add<TContext, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(OpenIddictServerBuilder server, int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext> =>
        server.AddEventHandler<TContext>(handler => handler.UseScopedHandler<THandler>().SetOrder(order));

    /// <summary>Adds a handler that changes a response after OpenIddict has chosen its status.</summary>
    private static void AddAnswer<TContext, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(OpenIddictServerBuilder server, int delay)
        where TContext : BaseRequestContext
        where THandler : class, IOpenIddictServerHandler<TContext> =>
        server.AddEventHandler<TContext>(handler => handler
            .AddFilter<OpenIddictServerAspNetCoreHandlerFilters.RequireHttpRequest>()
            .UseSingletonHandler<THandler>()
            .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<TContext>.Descriptor.Order + delay));
}
