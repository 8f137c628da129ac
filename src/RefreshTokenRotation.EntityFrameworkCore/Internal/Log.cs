using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Every message of the store. Event ids never change.</summary>
internal static partial class Log
{
    [LoggerMessage(131, LogLevel.Warning, "The database behind {Context} rejected the store's own statements for an exchange, or changed a value. LINQ and ExecuteUpdate are used instead: exchanges work, but cost several times as much")]
    public static partial void OwnStatementsAreRefused(this ILogger logger, Exception refusal, string context);
}
