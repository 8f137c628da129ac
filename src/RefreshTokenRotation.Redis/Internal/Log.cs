using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Every message of the store. Event ids never change.</summary>
internal static partial class Log
{
    [LoggerMessage(121, LogLevel.Warning, "Durability is Unchecked: the Redis server was not checked. If it loses or evicts families, users are logged out or revocations are undone")]
    public static partial void ServerIsNotChecked(this ILogger logger);

    [LoggerMessage(122, LogLevel.Warning, "appendfsync is {Setting}: a crash of the Redis server can lose the exchanges and revocations of the last second, and honest clients then look like thieves")]
    public static partial void WritesAreNotDurableAtOnce(this ILogger logger, string setting);

    [LoggerMessage(123, LogLevel.Warning, "The Redis server has {Count} replicas and ReplicasToWaitFor is 0: a failover can lose completed exchanges and revocations")]
    public static partial void ReplicasAreNotWaitedFor(this ILogger logger, int count);
}
