using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>The connection that the stores use, and how they run their scripts over it.</summary>
/// <remarks>Everything is a script: a replica rejects one that may write, so that it never replies in place of the primary; and the driver's exceptions name no key.</remarks>
internal sealed class RedisConnection : IDisposable
{
    /// <summary>A slot that moves to another node takes a while, and some calls must wait until it has arrived.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConfigurationOptions? _configuration;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _connecting = new(1);
    private readonly Replication? _replication;
    private volatile Link? _link;
    private volatile bool _isDisposed;

    private RedisConnection(IConnectionMultiplexer? shared, ConfigurationOptions? configuration, RedisStoreOptions options, TimeProvider time)
    {
        _configuration = configuration;
        _time = time;
        _link = shared is null ? null : new Link(shared);
        Options = options;
        Names = new KeyNames(options.KeyPrefix);
        if (options.ReplicasToWaitFor is { } replicas and > 0)
        {
            _replication = new Replication(replicas, options.ReplicationTimeout);
        }
    }

    public RedisStoreOptions Options { get; }

    public KeyNames Names { get; }

    /// <summary>Whether writes wait for replicas.</summary>
    public bool Waits => _replication is not null;

    /// <summary>Uses the host's own connection, which the host disposes.</summary>
    public static RedisConnection Use(IConnectionMultiplexer shared, RedisStoreOptions options, TimeProvider time) => new(shared, configuration: null, options, time);

    public static RedisConnection Open(string connectionString, RedisStoreOptions options, TimeProvider time)
    {
        var configuration = ConfigurationOptions.Parse(connectionString);
        configuration.ClientName ??= "RefreshTokenRotation";

        // A server that is away now is an outage of the calls, and not the end of the connection.
        configuration.AbortOnConnectFail = false;

        // The driver's condition for INFO and CONFIG GET, which the start asks.
        configuration.AllowAdmin = true;
        return new RedisConnection(shared: null, configuration, options, time);
    }

    /// <summary>Whether keys lie on several servers.</summary>
    public async ValueTask<bool> IsClusterAsync(CancellationToken cancellationToken) =>
        (_link ?? await ConnectAsync(cancellationToken).ConfigureAwait(false)).IsCluster;

    public async ValueTask<IConnectionMultiplexer> MultiplexerAsync(CancellationToken cancellationToken) =>
        (_link ?? await ConnectAsync(cancellationToken).ConfigureAwait(false)).Multiplexer;

    /// <summary>Runs a script that reads.</summary>
    public Task<RedisResult> ReadAsync(Script script, RedisKey key, RedisValue[] values, CancellationToken cancellationToken) =>
        RunAsync(script, [key], values, isWrite: false, cancellationToken);

    /// <summary>Runs a script that writes, and waits for the replicas where that is wanted. Once sent, it is not cancelled: no write lands after its call.</summary>
    public Task<RedisResult> WriteAsync(Script script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken) =>
        RunAsync(script, keys, values, isWrite: true, cancellationToken);

    /// <summary>Makes sure that the replicas have what earlier writes left, whose wait failed.</summary>
    public async ValueTask SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _replication?.Doubts ?? [])
        {
            await WriteAsync(Script.Touch, [key], [], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes sure that the replicas have what an earlier write to a family left, whose wait failed. A row that was read must not be returned before that.</summary>
    public async ValueTask SettleAsync(FamilyGrant grant, CancellationToken cancellationToken)
    {
        var key = Names.Family(grant);
        if (_replication!.IsInDoubt(key))
        {
            await WriteAsync(Script.Touch, [key], [], cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        if (_configuration is not null)
        {
            _link?.Multiplexer.Dispose();
        }

        _connecting.Dispose();
    }

    private async Task<RedisResult> RunAsync(
        Script script, RedisKey[] keys, RedisValue[] values, bool isWrite, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var link = _link ?? await ConnectAsync(cancellationToken).ConfigureAwait(false);
        var isUnknown = false;
        long? start = null;
        while (true)
        {
            var call = isWrite && _replication is not null ? _replication.WriteAsync(link, script, keys, values)
                : isUnknown ? link.Database.ScriptEvaluateAsync(script.Text, keys, values, CommandFlags.DemandMaster | CommandFlags.NoScriptCache)
                : link.Database.ScriptEvaluateAsync(script.Hash, keys, values, CommandFlags.DemandMaster);
            try
            {
                return await (cancellationToken.CanBeCanceled && !isWrite ? call.WaitAsync(cancellationToken) : call).ConfigureAwait(false);
            }
            catch (RedisServerException unknown) when (!isUnknown && IsUnknownScript(unknown))
            {
                isUnknown = true;
            }
            catch (RedisException moving) when (IsMoving(moving))
            {
                // The slot is on its way to another node, and nothing was written.
                start ??= _time.GetTimestamp();
                if (_time.GetElapsedTime(start.Value) >= Patience)
                {
                    throw;
                }

                await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The server doesn't know the script yet, or any more.</summary>
    public static bool IsUnknownScript(RedisServerException fault) => fault.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    private static bool IsMoving(RedisException fault) => fault is MovingSlotException || fault.Message.StartsWith("TRYAGAIN", StringComparison.Ordinal);

    private async ValueTask<Link> ConnectAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _link ??= new Link(await ConnectionMultiplexer.ConnectAsync(_configuration!).ConfigureAwait(false));
        }
        finally
        {
            _connecting.Release();
        }
    }
}

/// <summary>A multiplexer, and what the stores need of it for each call.</summary>
internal sealed class Link(IConnectionMultiplexer multiplexer)
{
    private const int Single = 1;
    private const int Cluster = 2;

    private volatile int _kind;

    public IConnectionMultiplexer Multiplexer { get; } = multiplexer;

    public IDatabase Database { get; } = multiplexer.GetDatabase();

    /// <summary>Known once a server has replied; until then it is no cluster, and calls fail for want of a server.</summary>
    public bool IsCluster
    {
        get
        {
            if (_kind == 0 && Multiplexer.GetServers().Where(static server => server.IsConnected).ToArray() is { Length: > 0 } servers)
            {
                _kind = servers.Any(static server => server.ServerType == ServerType.Cluster) ? Cluster : Single;
            }

            return _kind == Cluster;
        }
    }
}
