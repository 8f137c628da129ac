using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.Torture.Faults;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Setups;

/// <summary>What is wrong with a pair of servers.</summary>
internal enum PairFlaw
{
    None,

    /// <summary>No commit waits for the standby.</summary>
    Asynchronous,

    /// <summary>A standby is named, and sessions don't wait for it.</summary>
    SynchronousCommitOff,

    /// <summary>A statement is given up before a standby that stands still goes on: its commit then counts on the primary alone.</summary>
    ShortCommandTimeout,

    /// <summary>One node still reaches the former primary, which waits for no standby once it has lost its own. As long as it waits, it confirms nothing.</summary>
    NoFence,
}

/// <summary>A primary and a standby behind one address: the primary is killed, the standby is promoted, and the former primary comes back.</summary>
internal sealed class FailoverSetup(string name, PairFlaw flaw = PairFlaw.None) : Setup
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(3);

    private readonly List<CuttingProxy> _proxies = [];
    private readonly List<PostgresServer> _former = [];
    private PostgresServer? _primary;
    private PostgresServer? _standby;

    public override string Name => name;

    public override IReadOnlyList<Fault> Faults => flaw == PairFlaw.None
        ? [FailOver, .. LinkFaults.For(_proxies), Restart, new Fault("server", "standby stopped", StopStandbyAsync), new Fault("server", "address leads to the standby", MisleadAsync)]
        : [FailOver];

    private Fault FailOver => new("server", "primary killed, standby promoted", FailOverAsync);

    /// <summary>Until the standby has caught up, what a restart made visible may be on the primary alone: no fail-over comes before.</summary>
    private Fault Restart => new("server", "primary killed and restarted", async _ =>
    {
        await _primary!.KillHardAsync();
        return async () =>
        {
            await _primary!.StartAsync();
            await FollowAsync();
        };
    });

    public override async Task StartAsync()
    {
        _primary = await PostgresServer.StartAsync(await PostgresSetup.BinariesAsync());
        await _primary.SetAsync("wal_retrieve_retry_interval", "200ms");
        await _primary.SetAsync("wal_log_hints", "on");
        await _primary.SetAsync("wal_keep_size", "1GB");
        await _primary.KillAsync();
        await _primary.StartAsync();
        if (flaw == PairFlaw.SynchronousCommitOff)
        {
            await _primary.SetAsync("synchronous_commit", "off");
        }

        await PostgresSchema.CreateAsync(_primary.ConnectionString, "PostgreSql");
        _standby = await _primary.StartStandbyAsync();
        await FollowAsync();
        for (var place = 0; place < Nodes; place++)
        {
            _proxies.Add(new CuttingProxy("127.0.0.1", _primary.Port));
        }
    }

    public override StoreAddress AddressOf(int place) => new(
        "PostgreSql", PostgresSchema.AddressOf(_proxies[place].Port), Option: flaw == PairFlaw.ShortCommandTimeout ? "1" : "60");

    public override async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        foreach (var server in _former.Append(_standby).Append(_primary).OfType<PostgresServer>())
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<string> AskAsync(PostgresServer server, string sql) => (await server.RunToolAsync(
        "psql", "-h", "127.0.0.1", "-p", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-U", "postgres", "-At", "-c", sql)).Trim();

    /// <summary>Makes commits wait for the standby, and waits until it has all that there is.</summary>
    private async Task FollowAsync()
    {
        if (flaw != PairFlaw.Asynchronous)
        {
            await _primary!.SetAsync("synchronous_standby_names", "*");
        }

        await UntilAsync(_primary!, $"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '{(flaw == PairFlaw.Asynchronous ? "async" : "sync")}'", "1");
        var written = await AskAsync(_primary!, "SELECT pg_current_wal_flush_lsn()");
        await UntilAsync(_primary!, $"SELECT count(*) FROM pg_stat_replication WHERE flush_lsn >= '{written}'", "1");
    }

    private static Task UntilAsync(PostgresServer server, string sql, string wanted) => Eventually.HoldsAsync(
        async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            return await AskAsync(server, sql) == wanted;
        },
        sql);

    private async Task<Func<Task>> StopStandbyAsync(Random random)
    {
        await _standby!.SignalAsync("STOP");
        return () => _standby!.SignalAsync("CONT");
    }

    private Task<Func<Task>> MisleadAsync(Random random)
    {
        var proxy = _proxies[random.Next(_proxies.Count)];
        proxy.LeadTo(_standby!.Port);
        proxy.CutAll();
        return Task.FromResult<Func<Task>>(() =>
        {
            proxy.LeadTo(_primary!.Port);
            proxy.CutAll();
            return Task.CompletedTask;
        });
    }

    private async Task<Func<Task>> FailOverAsync(Random random)
    {
        // The standby lags: what is committed now waits, or is on the primary alone.
        await _standby!.SignalAsync("STOP");
        if (flaw != PairFlaw.None || random.Next(2) == 0)
        {
            // Nothing more is under way to it.
            await AskAsync(_primary!, "SELECT pg_terminate_backend(pid) FROM pg_stat_replication");
        }

        await Task.Delay(flaw == PairFlaw.None ? random.Next(1000) * TimeSpan.FromMilliseconds(1) : Lag, TimeProvider.System);
        var staysUp = flaw == PairFlaw.NoFence || random.Next(3) == 0;
        if (staysUp)
        {
            // It is not dead, only slow: it will go on and take itself for the primary.
            if (flaw == PairFlaw.NoFence)
            {
                await _primary!.SetAsync("synchronous_standby_names", string.Empty);
            }

            await _primary!.SignalAsync("STOP");
        }
        else
        {
            await _primary!.KillHardAsync();
        }

        // Fencing: from now on no node reaches it.
        var fenced = _proxies.Skip(flaw == PairFlaw.NoFence ? 1 : 0).ToList();
        foreach (var proxy in fenced)
        {
            proxy.Refuses = true;
            proxy.LeadTo(_standby.Port);
            proxy.CutAll();
        }

        await _standby.SignalAsync("CONT");
        await _standby.PromoteAsync();
        var former = _primary!;
        _primary = _standby;
        _standby = null;

        // With one server left, a commit waits for nobody, until the other one is back.
        await _primary.SetAsync("synchronous_standby_names", string.Empty);
        fenced.ForEach(static proxy => proxy.Refuses = false);
        _former.Add(former);
        if (staysUp)
        {
            await former.SignalAsync("CONT");
        }

        return () => BringBackAsync(former, staysUp, random);
    }

    /// <summary>The former primary comes back and takes itself for one; then it becomes the standby.</summary>
    private async Task BringBackAsync(PostgresServer former, bool staysUp, Random random)
    {
        if (!staysUp)
        {
            await former.StartAsync();
        }

        await Task.Delay(TimeSpan.FromMilliseconds(flaw == PairFlaw.None ? random.Next(500) : 2000), TimeProvider.System);
        foreach (var proxy in _proxies)
        {
            proxy.LeadTo(_primary!.Port);
        }

        if (random.Next(2) == 0)
        {
            await former.RewindAsync(_primary!);
            _standby = former;
            _former.Remove(former);
        }
        else
        {
            _former.Remove(former);
            await former.DisposeAsync();
            _standby = await _primary!.StartStandbyAsync();
        }

        if (flaw == PairFlaw.NoFence)
        {
            _proxies[0].CutAll();
        }

        await FollowAsync();
    }
}
