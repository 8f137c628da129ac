using RefreshTokenRotation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Writes events under the log codes that users of Auth0 know.</summary>
public static class Auth0LogEventsRefreshTokenRotationBuilderExtensions
{
    /// <summary>
    /// Writes every event as a structured log entry of the category <c>RefreshTokenRotation.LogCodes</c>; the name of its event id is the code:
    /// <c>seacft</c> (101), <c>sertft</c> (102), <c>fertft</c> (103), <c>ferrt</c> (104), <c>srrt</c> (105) and <c>resource_cleanup</c> (106). No entry holds
    /// a token or a user.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddLogCodes(this RefreshTokenRotationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddEventHandler<LogCodeHandler>(ServiceLifetime.Singleton);
    }
}
