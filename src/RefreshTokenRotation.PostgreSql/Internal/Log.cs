using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Every message of the store. Event ids never change.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Warning, "synchronous_commit is off: a server crash can lose completed exchanges, and honest clients then look like thieves")]
    public static partial void CommitsAreNotDurable(this ILogger logger);
}
