namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Says what to grant or to set, where the start fails.</summary>
internal static class StartFault
{
    /// <summary>What the stores run, in their scripts too, and what the start and the driver ask.</summary>
    public const string Commands =
        "+evalsha +eval +get +set +del +exists +hget +hset +hmget +zadd +zrem +zcount +zrangebylex +zrangebyscore +sadd +srem +smembers +smove +scard "
        + "+wait +info +config|get +cluster|nodes +ping +echo +client|id +client|setname";

    /// <summary>An instruction, with what the server said; null where the fault speaks for itself, such as a server that can't be reached.</summary>
    public static string? Explain(Exception fault, RedisConnection connection)
    {
        if (fault is not RedisServerException)
        {
            return null;
        }

        var message = fault.Message;
        var advice = message switch
        {
            _ when Says("NOPERM") || Says("The user executing the script can't") =>
                $"The user lacks a right. ACL SETUSER <user> ~{connection.Options.KeyPrefix}:* {Commands}",
            _ when Says("READONLY") => "The server is a replica. Name the primary, or all servers.",
            _ when Says("CROSSSLOT") || Says("non local key") =>
                "A cluster is behind a proxy that does not show it. Name the nodes of the cluster.",
            _ => null,
        };
        return advice is null ? null : $"{advice} The server said: {message}";

        bool Says(string words) => message.Contains(words, StringComparison.Ordinal);
    }
}
