using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Client;

/// <summary>All log messages of the package, with constant ids. None holds a token, a session or a user.</summary>
internal static partial class Log
{
    [LoggerMessage(501, LogLevel.Information, "The session of client '{Client}' has ended: {Reason}.")]
    public static partial void SessionEnded(this ILogger logger, string client, SessionEndReason reason);

    [LoggerMessage(502, LogLevel.Warning, "The authorization server of client '{Client}' is unavailable ({Cause}). The refresh token is kept; the next attempt is in {Wait}.")]
    public static partial void Unavailable(this ILogger logger, string client, string cause, TimeSpan wait);

    [LoggerMessage(503, LogLevel.Debug, "A response for client '{Client}' may be lost ({Cause}). The same refresh token is presented again.")]
    public static partial void Retried(this ILogger logger, string client, string cause);

    [LoggerMessage(504, LogLevel.Error, "The authorization server rejected a request of client '{Client}': {Error}. The session is kept.")]
    public static partial void Refused(this ILogger logger, string client, string error);

    [LoggerMessage(505, LogLevel.Error, "The session store of client '{Client}' failed.")]
    public static partial void StoreFailed(this ILogger logger, string client, Exception error);

    [LoggerMessage(506, LogLevel.Error, "OnSessionEnded of client '{Client}' failed.")]
    public static partial void CallbackFailed(this ILogger logger, string client, Exception error);

    [LoggerMessage(507, LogLevel.Warning, "A stored session of client '{Client}' can't be decrypted. It counts as no session; a log-in replaces it.")]
    public static partial void Unreadable(this ILogger logger, string client);
}
