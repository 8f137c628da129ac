using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the receiver of security events.</summary>
public static class SecurityEventsEndpointRouteBuilderExtensions
{
    /// <summary>Maps the receiver of security events (RFC 8935) to <see cref="SecurityEventReceiverOptions.Path"/>. A <c>session-revoked</c> event (CAEP 1.0) ends the
    /// families of the user that it names, or of one session or client of that user, except those of a later log-in; other events are acknowledged. It returns
    /// 202, or 400 with an <c>err</c> for anything that is not a valid event of a known sender of this tenant. The senders authenticate by their signatures.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c> are added to.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints or the receiver have not been added, or there is no <see cref="ISubjectIdentifierResolver"/>.</exception>
    public static IEndpointConventionBuilder MapSecurityEventReceiver(this IEndpointRouteBuilder endpoints)
    {
        var services = OAuthEndpointRouteBuilderExtensions.Services(endpoints);
        OAuthEndpointRouteBuilderExtensions.RequireResolver(services);
        var receiver = services.GetService<SecurityEventReceiver>()
            ?? throw new InvalidOperationException("The receiver has not been added: call AddSecurityEventReceiver(...).");
        return OAuthEndpointRouteBuilderExtensions.MapDocument(
                endpoints, services.GetRequiredService<IOptions<SecurityEventReceiverOptions>>().Value.Path, receiver.HandleAsync)
            .Describe(
                "OAuth",
                "Receives security events (RFC 8935)",
                typeof(IEndpointForms).GetMethod(nameof(IEndpointForms.Nothing))!,
                [(202, null), (400, typeof(object)), (503, typeof(ErrorDescription))]);
    }
}
