using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>The contract of stores, from two instances at once.</summary>
[TestFixture("memory")]
[TestFixture("files")]
[TestFixture("postgres")]
internal sealed class StoreTests(string kind)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TokenSessionKey Key = new("app", "a/../b\0ü");

    private TemporaryFolder? _folder;
    private PostgresServer? _server;
    private NpgsqlDataSource? _source;
    private ITokenSessionStore _one = null!;
    private ITokenSessionStore _other = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (kind == "postgres")
        {
            _server = await PostgresServer.StartAsync(await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("Run tests/install-postgresql.sh."));
            _source = NpgsqlDataSource.Create(_server.ConnectionString);
            var store = new PostgreSqlTokenSessionStore(_source, maxLocks: 2);
            await store.CreateTableAsync();
            await store.CreateTableAsync();
            (_one, _other) = (store, new PostgreSqlTokenSessionStore(_source));
        }
    }

    [SetUp]
    public void Open()
    {
        if (kind == "memory")
        {
            _one = _other = new InMemoryTokenSessionStore();
        }
        else if (kind == "files")
        {
            _folder = new TemporaryFolder();
            (_one, _other) = (new FileTokenSessionStore(_folder.PathOf("sessions")), new FileTokenSessionStore(_folder.PathOf("sessions")));
        }
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _folder?.Dispose();
        if (_source is not null)
        {
            await using var command = _source.CreateCommand("DELETE FROM token_sessions");
            await command.ExecuteNonQueryAsync();
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        (_one as IDisposable)?.Dispose();
        (_other as IDisposable)?.Dispose();
        if (_source is not null)
        {
            await _source.DisposeAsync();
            await _server!.DisposeAsync();
        }
    }

    [Test]
    public async Task Record_is_read_as_it_was_written()
    {
        var record = Record(0, 1, 2, 255);

        (await _one.LoadAsync(SafeKey, default)).Should().BeNull();
        (await _one.CompareAndSwapAsync(SafeKey, null, record, default)).Should().BeTrue();

        var read = await _other.LoadAsync(SafeKey, default);
        read!.Version.Should().Be(record.Version);
        read.Data.ToArray().Should().Equal(0, 1, 2, 255);
        (await _other.LoadAsync(SafeKey with { ClientName = "other" }, default)).Should().BeNull();
    }

    [Test]
    public async Task Write_needs_the_version_that_is_stored()
    {
        var (first, second) = (Record(1), Record(2));
        (await _one.CompareAndSwapAsync(SafeKey, Guid.NewGuid(), first, default)).Should().BeFalse("there is none");
        (await _one.CompareAndSwapAsync(SafeKey, null, first, default)).Should().BeTrue();

        (await _other.CompareAndSwapAsync(SafeKey, null, second, default)).Should().BeFalse("there is one");
        (await _other.CompareAndSwapAsync(SafeKey, second.Version, second, default)).Should().BeFalse("it is another one");
        (await _one.LoadAsync(SafeKey, default))!.Version.Should().Be(first.Version);
        (await _other.CompareAndSwapAsync(SafeKey, first.Version, second, default)).Should().BeTrue();
        (await _one.LoadAsync(SafeKey, default))!.Version.Should().Be(second.Version);
    }

    [Test]
    public async Task Deletion_needs_the_version_that_is_stored()
    {
        var (first, second) = (Record(1), Record(2));
        (await _one.DeleteIfUnchangedAsync(SafeKey, first.Version, default)).Should().BeFalse();
        await _one.CompareAndSwapAsync(SafeKey, null, first, default);
        await _one.CompareAndSwapAsync(SafeKey, first.Version, second, default);

        (await _other.DeleteIfUnchangedAsync(SafeKey, first.Version, default)).Should().BeFalse();
        (await _other.DeleteIfUnchangedAsync(SafeKey, second.Version, default)).Should().BeTrue();
        (await _one.LoadAsync(SafeKey, default)).Should().BeNull();
        (await _one.CompareAndSwapAsync(SafeKey, second.Version, first, default)).Should().BeFalse("a session of before a sign-out does not come back");
    }

    [Test]
    public async Task Of_parallel_writes_from_one_version_one_wins()
    {
        Guid? version = null;
        for (var round = 0; round < 10; round++)
        {
            var records = Enumerable.Range(0, 16).Select(static i => Record((byte)i)).ToList();

            var won = await Task.WhenAll(records.Select((record, i) => Task.Run(async () => await (i % 2 == 0 ? _one : _other).CompareAndSwapAsync(SafeKey, version, record, default))));

            won.Count(static w => w).Should().Be(1);
            version = records[won.IndexOf(true)].Version;
            (await _one.LoadAsync(SafeKey, default))!.Version.Should().Be(version.Value);
        }
    }

    [Test]
    public async Task Lock_has_one_holder_at_a_time()
    {
        var (inside, most, count) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            await using (await (i % 2 == 0 ? _one : _other).LockAsync(SafeKey, default))
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                count++;
                Interlocked.Decrement(ref inside);
            }
        }))).WaitAsync(Limit);

        (most, count).Should().Be((1, 32));
    }

    [Test]
    public async Task Cancelled_wait_for_a_lock_ends_and_leaves_the_lock_usable()
    {
        using var cancel = new CancellationTokenSource();
        await using (await _one.LockAsync(SafeKey, default))
        {
            var waiting = _other.LockAsync(SafeKey, cancel.Token).AsTask();
            await cancel.CancelAsync();
            await waiting.Awaiting(static task => task.WaitAsync(Limit)).Should().ThrowAsync<OperationCanceledException>();
        }

        await using (await _other.LockAsync(SafeKey, default).AsTask().WaitAsync(Limit))
        {
            (await _one.CompareAndSwapAsync(SafeKey, null, Record(1), default)).Should().BeTrue("the holder writes");
        }
    }

    // PostgreSQL knows no zero character in a text; ids of that kind are for files.
    private TokenSessionKey SafeKey => kind == "postgres" ? Key with { SessionId = "a/../b ü" } : Key;

    private static TokenSessionRecord Record(params byte[] data) => new(Guid.NewGuid(), data);
}
