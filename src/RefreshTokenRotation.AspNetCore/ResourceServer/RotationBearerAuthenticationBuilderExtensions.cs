using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Authenticates requests by their access tokens.</summary>
public static class RotationBearerAuthenticationBuilderExtensions
{
    /// <summary>Adds the scheme <c>Bearer</c>: requests are authenticated by their access token (RFC 9068), in the header <c>Authorization</c> as
    /// <c>Bearer</c> (RFC 6750) or <c>DPoP</c> (RFC 9449). Signature, type, lifetime, tenant, audience, the key that the token is bound to and the deny
    /// list are checked; the claims become the user's, under their own names.</summary>
    /// <remarks>An API that browser apps of other origins call must run <c>UseCors()</c> before <c>UseAuthentication()</c> and <c>UseAuthorization()</c>: otherwise their
    /// scripts can't read a 401, and never refresh.</remarks>
    /// <param name="builder">The authentication.</param>
    /// <param name="configure">Sets options. Default: the tokens of this host, for no resource server in particular.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static AuthenticationBuilder AddRotationBearer(this AuthenticationBuilder builder, Action<RotationBearerOptions>? configure = null) =>
        builder.AddRotationBearer(RotationBearerDefaults.AuthenticationScheme, configure);

    /// <summary>As <see cref="AddRotationBearer(AuthenticationBuilder, Action{RotationBearerOptions})"/>, under a name that you choose.</summary>
    /// <param name="builder">The authentication.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="authenticationScheme"/> is null.</exception>
    public static AuthenticationBuilder AddRotationBearer(
        this AuthenticationBuilder builder, string authenticationScheme, Action<RotationBearerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(authenticationScheme);
        var services = builder.Services;
        services.AddAccessTokenVerification();
        services.AddResourceServer();
        IssuerKeys.AddHttpClient(services);
        services.TryAddSingleton<IssuerKeys>();
        services.TryAddSingleton(provider => new BearerDenyList(
            HasSource(services) ? provider.GetRequiredService<DenyList>() : null, provider.GetRequiredService<ILogger<BearerDenyList>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RotationBearerOptions>, RotationBearerValidator>());
        builder.AddScheme<RotationBearerOptions, RotationBearerHandler>(authenticationScheme, configure);
        services.AddOptions<RotationBearerOptions>(authenticationScheme).ValidateOnStart();
        return builder;
    }

    /// <summary>Whether anything can say which families have ended.</summary>
    private static bool HasSource(IServiceCollection services) =>
        services.Any(static service => service.ServiceType == typeof(ITokenFamilyManager))
        || services.Any(static service => service.ServiceType == typeof(IAccessTokenStatusSource) && service.ImplementationType != typeof(FamilySource));
}
