using System.Collections.Concurrent;
using System.Globalization;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Writes that count only once replicas have them: the script, and <c>WAIT</c> behind it on the same connection.</summary>
/// <remarks><c>WAIT</c> speaks for the writes of its own connection. So nothing is redirected, and a connection that was replaced in between confirms nothing.</remarks>
internal sealed class Replication(int replicas, TimeSpan timeout)
{
    /// <summary>Beyond this many keys in doubt every key counts as one.</summary>
    private const int MaxDoubts = 100_000;

    private readonly ConcurrentDictionary<string, bool> _doubts = new(StringComparer.Ordinal);
    private volatile bool _isAllInDoubt;

    /// <summary>The families whose last write may have missed the replicas.</summary>
    public IEnumerable<RedisKey> Doubts => _doubts.Keys.Select(static key => (RedisKey)key);

    /// <summary>Whether a write to a family may have missed the replicas.</summary>
    public bool IsInDoubt(RedisKey key) => _isAllInDoubt || (!_doubts.IsEmpty && _doubts.ContainsKey(key.ToString()));

    /// <summary>Writes, and waits.</summary>
    /// <exception cref="MovingSlotException">The key lies elsewhere now, or is on its way. Nothing was written.</exception>
    /// <exception cref="RedisException">An outage, or too few replicas have confirmed the write.</exception>
    public async Task<RedisResult> WriteAsync(Link link, Script script, RedisKey[] keys, RedisValue[] values)
    {
        if (script != Script.Touch && IsInDoubt(keys[0]))
        {
            await WriteAsync(link, Script.Touch, [keys[0]], []).ConfigureAwait(false);
        }

        try
        {
            RedisResult result;
            try
            {
                result = await SendAsync(link, "EVALSHA", script.HashText, keys, values).ConfigureAwait(false);
            }
            catch (RedisServerException unknown) when (RedisConnection.IsUnknownScript(unknown))
            {
                result = await SendAsync(link, "EVAL", script.Text, keys, values).ConfigureAwait(false);
            }

            _doubts.TryRemove(keys[0].ToString(), out _);
            return result;
        }
        catch (Exception fault) when (fault is not (MovingSlotException or RedisServerException))
        {
            if (script == Script.Add || script == Script.Swap || script == Script.Delete)
            {
                _doubts[keys[0].ToString()] = true;
                _isAllInDoubt |= _doubts.Count > MaxDoubts;
            }

            throw;
        }
    }

    private async Task<RedisResult> SendAsync(Link link, string command, string script, RedisKey[] keys, RedisValue[] values)
    {
        var server = link.Multiplexer.GetServer(keys[0], flags: CommandFlags.DemandMaster);
        var connection = server.GetCounters().Interactive.SocketCount;
        object[] arguments = [script, keys.Length, .. keys.Cast<object>(), .. values.Cast<object>()];
        var write = server.ExecuteAsync(link.Database.Database, command, arguments, CommandFlags.NoRedirect);
        var wait = server.ExecuteAsync("WAIT", [replicas, (long)timeout.TotalMilliseconds], CommandFlags.NoRedirect);
        var confirming = Task.WhenAll((Task)write, wait);
        RedisResult result;
        try
        {
            result = await write.ConfigureAwait(false);
        }
        catch (RedisException redirected) when (IsRedirection(redirected))
        {
            throw new MovingSlotException(redirected);
        }
        finally
        {
            await confirming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var confirmed = wait.IsCompletedSuccessfully ? (long)await wait.ConfigureAwait(false) : 0;
        if (confirmed < replicas || server.GetCounters().Interactive.SocketCount != connection)
        {
            throw new RedisException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{confirmed} replicas confirmed a write within ReplicationTimeout ({timeout}), and ReplicasToWaitFor is {replicas}; or the connection was lost."),
                wait.Exception?.InnerException);
        }

        return result;
    }

    /// <summary>The driver's words for a MOVED, and for an ASK, that it was not to follow. The former has corrected its map of the slots.</summary>
    private static bool IsRedirection(RedisException fault) =>
        fault is RedisServerException && fault.Message.Contains("MOVED", StringComparison.Ordinal)
        || fault is RedisConnectionException && fault.Message.StartsWith("Endpoint ", StringComparison.Ordinal);
}

/// <summary>A key lies on another node now, or is on its way there. Nothing was written.</summary>
internal sealed class MovingSlotException(RedisException cause) : RedisException("The slot of a key is moving to another node of the cluster.", cause);
