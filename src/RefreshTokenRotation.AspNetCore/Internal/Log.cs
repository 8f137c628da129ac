using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Every message of the endpoints. Event ids never change. No message holds a token, a secret or a parameter's value.</summary>
internal static partial class Log
{
    [LoggerMessage(301, LogLevel.Error, "A request to {Route} was answered with 503")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string? route);

    [LoggerMessage(302, LogLevel.Warning, "A family could not be deleted after its grant failed; its token was not given out")]
    public static partial void FamilyLeftBehind(this ILogger logger, Exception fault);
}
