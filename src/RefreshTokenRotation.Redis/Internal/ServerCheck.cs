using System.Globalization;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Reads what each server promises, and refuses what would lose or evict families. Each message names the setting, its value and what to set.</summary>
internal sealed class ServerCheck(RedisStoreOptions options, bool usesReplays, ILogger logger)
{
    private static readonly Version Least = new(7, 0);

    public async Task RunAsync(IConnectionMultiplexer multiplexer, CancellationToken cancellationToken)
    {
        // Replicas too: one that is promoted has to keep what it got. Those that are away are not looked at.
        foreach (var server in multiplexer.GetServers().Where(static server => server.IsConnected))
        {
            var info = await InfoAsync(server, cancellationToken).ConfigureAwait(false);
            CheckVersion(server, info);
            CheckEviction(server, info);
            await CheckDurabilityAsync(server, info, cancellationToken).ConfigureAwait(false);
            if (info.GetValueOrDefault("role") == "master")
            {
                CheckReplicas(server, int.Parse(info.GetValueOrDefault("connected_slaves", "0"), CultureInfo.InvariantCulture));
            }
        }
    }

    private async Task<Dictionary<string, string>> InfoAsync(IServer server, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = (string)(await server.ExecuteAsync("INFO", []).WaitAsync(cancellationToken).ConfigureAwait(false))!;
        }
        catch (RedisCommandException refused)
        {
            throw new InvalidOperationException(
                "The connection that the host gave to UseRedis does not permit INFO and CONFIG GET, so the server's settings can't be read. Add "
                + $"allowAdmin=true to its settings, or set {nameof(options.Durability)} to {RedisDurability.Unchecked} once you know what a write survives.",
                refused);
        }

        return text.Split("\r\n")
            .Select(static line => line.Split(':', 2))
            .Where(static parts => parts.Length == 2)
            .GroupBy(static parts => parts[0], static parts => parts[1], StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
    }

    private static void CheckVersion(IServer server, Dictionary<string, string> info)
    {
        if (Version.TryParse(info.GetValueOrDefault("redis_version"), out var version) && version < Least)
        {
            throw new InvalidOperationException($"{Of(server)} is version {version}, and the store needs {Least} or later.");
        }
    }

    private void CheckEviction(IServer server, Dictionary<string, string> info)
    {
        var policy = info.GetValueOrDefault("maxmemory_policy") ?? "noeviction";
        if (policy.StartsWith("allkeys", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                $"{Of(server)} has maxmemory-policy {policy}, which evicts families once its memory is full: their users are logged out, and replays of their tokens "
                + "are no longer recognized. Set maxmemory-policy to noeviction.");
        }

        if (usesReplays && policy.StartsWith("volatile", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                $"{Of(server)} has maxmemory-policy {policy}, which evicts used proofs and assertions once its memory is full, so that they work again. "
                + "Set maxmemory-policy to noeviction, or keep them elsewhere than UseRedisReplayStore does.");
        }
    }

    private async Task CheckDurabilityAsync(IServer server, Dictionary<string, string> info, CancellationToken cancellationToken)
    {
        if (info.GetValueOrDefault("aof_enabled") != "1")
        {
            throw new InvalidOperationException(
                $"{Of(server)} has appendonly no: a restart loses what was written since the last snapshot, including revocations. Set appendonly to yes "
                + $"(CONFIG SET appendonly yes, and in redis.conf), or {nameof(options.Durability)} to {RedisDurability.Unchecked} to accept that.");
        }

        var setting = await AppendSyncAsync(server, cancellationToken).ConfigureAwait(false);
        if (setting == "always")
        {
            return;
        }

        if (setting != "everysec" || options.Durability == RedisDurability.EveryWrite)
        {
            var choice = setting == "everysec"
                ? $"or {nameof(options.Durability)} to {RedisDurability.EverySecond} to accept that a crash loses the last second"
                : $"or to everysec with {nameof(options.Durability)} {RedisDurability.EverySecond}";
            throw new InvalidOperationException(
                $"{Of(server)} has appendfsync {setting}: a crash loses completed writes. Set appendfsync to always, {choice}.");
        }

        logger.WritesAreNotDurableAtOnce(setting);
    }

    private async Task<string> AppendSyncAsync(IServer server, CancellationToken cancellationToken)
    {
        try
        {
            return (string)(await server.ExecuteAsync("CONFIG", "GET", "appendfsync").WaitAsync(cancellationToken).ConfigureAwait(false))[1]!;
        }
        catch (Exception refused) when (refused is RedisServerException or IndexOutOfRangeException)
        {
            throw new InvalidOperationException(
                $"{Of(server)} does not permit CONFIG GET, so appendfsync can't be read. Permit it (+config|get), or set {nameof(options.Durability)} to "
                + $"{RedisDurability.Unchecked} once you know from its provider what a write survives. The server said: {refused.Message}",
                refused);
        }
    }

    private void CheckReplicas(IServer server, int count)
    {
        var wanted = options.ReplicasToWaitFor;
        if (wanted is null && count > 0)
        {
            throw new InvalidOperationException(
                $"{Of(server)} has {count} replicas, and a failover loses what they had not received. Set {nameof(options.ReplicasToWaitFor)} to 1 or more "
                + "to wait for that many, or to 0 to accept the loss.");
        }

        if (wanted > count)
        {
            throw new InvalidOperationException(
                $"{nameof(options.ReplicasToWaitFor)} is {wanted}, and {Of(server)} has {count} replicas: no write could complete. Add replicas, or lower the setting.");
        }

        if (wanted == 0 && count > 0)
        {
            logger.ReplicasAreNotWaitedFor(count);
        }
    }

    private static string Of(IServer server) => $"The Redis server {server.EndPoint}";
}
