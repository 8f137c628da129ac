using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using RefreshTokenRotation;
using RefreshTokenRotation.OpenIddict;
using RefreshTokenRotation.OpenIddict.Internal;
using static OpenIddict.Server.OpenIddictServerEvents;

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
        services.AddOptions<OpenIddictServerOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OpenIddictServerOptions>, ServerOptionsValidator>());
        services.TryAddScoped<FamilyEntries>();
        var rotation = services.AddRefreshTokenRotation(configure ?? (static _ => { }));
        rotation.AddLegacyTokenSource<IssuedTokenSource>();
        rotation.AddEventHandler<EndedFamilies>(ServiceLifetime.Singleton);
        builder.AddServer(static server =>
        {
            server.RemoveEventHandler(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor);
            server.RemoveEventHandler(OpenIddictServerHandlers.GenerateRefreshToken.Descriptor);
            server.AddEventHandler(ResolveFamily.Descriptor);
            server.AddEventHandler(ApplyFamilyLifetime.Descriptor);
            server.AddEventHandler(RefuseAccessOfEndedFamily.Descriptor);
            server.AddEventHandler(RedeemTokenEntryUnlessFamily.Descriptor);
            server.AddEventHandler(SkipTokenEntry.Descriptor);
            server.AddEventHandler(IssueOrExchange.Descriptor);
            server.AddEventHandler(RevokeDraft.Descriptor);
            server.AddEventHandler(RevokeFamily.Descriptor);
            server.AddEventHandler(HookAnswer.Descriptor);
            server.AddEventHandler(OutageStatus<ApplyTokenResponseContext>.Descriptor);
            server.AddEventHandler(OutageStatus<ApplyRevocationResponseContext>.Descriptor);
            server.AddEventHandler(OutageStatus<ApplyIntrospectionResponseContext>.Descriptor);
            server.AddEventHandler(OutageStatus<ApplyUserInfoResponseContext>.Descriptor);
        });
        return rotation;
    }
}
