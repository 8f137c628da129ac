using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.OpenIddict.Internal;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The family store is unavailable; the client is asked to retry.")]
    public static partial void Unavailable(ILogger logger, Exception exception);
}
