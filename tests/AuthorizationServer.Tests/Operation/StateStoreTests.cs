using AuthorizationServer.State;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operation;

/// <summary>What the flows rely on, in each of the three stores.</summary>
[TestFixture("memory")]
[TestFixture("sqlite")]
[TestFixture("postgres")]
internal sealed class StateStoreTests(string kind)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTime _time = new();
    private NpgsqlDataSource? _database;
    private string? _folder;
    private IStateStore _store = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        switch (kind)
        {
            case "sqlite":
                _folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-sample-").FullName;
                _store = new SqliteStateStore(Path.Combine(_folder, "state.db"), _time);
                break;
            case "postgres":
                _database = NpgsqlDataSource.Create(TestServer.ConnectionString);
                var store = new PostgresStateStore(_database, _time);
                store.CreateTable();
                store.CreateTable();
                _store = store;
                break;
            default:
                _store = new MemoryStateStore(_time);
                break;
        }
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        (_store as IDisposable)?.Dispose();
        if (_database is not null)
        {
            await using (var drop = _database.CreateCommand("DROP TABLE sample_state"))
            {
                await drop.ExecuteNonQueryAsync();
            }

            await _database.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Entry_is_found_until_it_ends()
    {
        var key = await AddAsync("value");

        (await _store.FindAsync(key, default)).Should().Be("value");
        _time.Advance(Minute - TimeSpan.FromTicks(1));
        (await _store.FindAsync(key, default)).Should().Be("value");
        _time.Advance(TimeSpan.FromTicks(1));
        (await _store.FindAsync(key, default)).Should().BeNull();
        (await _store.SwapAsync(key, "value", "other", _time.GetUtcNow() + Minute, default)).Should().BeFalse();
        (await _store.RemoveAsync(key, default)).Should().BeFalse();
    }

    [Test]
    public async Task Entry_is_added_once_until_it_ends()
    {
        var key = await AddAsync("value");

        (await _store.AddAsync(key, "other", _time.GetUtcNow() + Minute, default)).Should().BeFalse();
        (await _store.FindAsync(key, default)).Should().Be("value");
        _time.Advance(Minute);
        (await _store.AddAsync(key, "other", _time.GetUtcNow() + Minute, default)).Should().BeTrue();
        (await _store.FindAsync(key, default)).Should().Be("other");
    }

    [Test]
    public async Task Swap_needs_the_value_that_was_read_and_sets_a_new_end()
    {
        var key = await AddAsync("value");

        (await _store.SwapAsync(key, "stale", "other", _time.GetUtcNow() + Minute, default)).Should().BeFalse();
        (await _store.SwapAsync(key, "value", "other", _time.GetUtcNow() + (2 * Minute), default)).Should().BeTrue();
        _time.Advance(Minute);
        (await _store.FindAsync(key, default)).Should().Be("other");
    }

    [Test]
    public async Task Of_many_swaps_at_once_one_succeeds()
    {
        var key = await AddAsync("value");

        var swapped = await InParallelAsync(i => _store.SwapAsync(key, "value", $"other {i}", _time.GetUtcNow() + Minute, default));

        swapped.Should().ContainSingle(succeeded => succeeded);
    }

    [Test]
    public async Task Of_many_removals_and_adds_at_once_one_succeeds()
    {
        var key = await AddAsync("value");

        var removed = await InParallelAsync(_ => _store.RemoveAsync(key, default));
        var added = await InParallelAsync(i => _store.AddAsync(key, $"other {i}", _time.GetUtcNow() + Minute, default));

        removed.Should().ContainSingle(succeeded => succeeded);
        added.Should().ContainSingle(succeeded => succeeded);
    }

    private async Task<string> AddAsync(string value)
    {
        var key = RandomId.New();
        (await _store.AddAsync(key, value, _time.GetUtcNow() + Minute, default)).Should().BeTrue();
        return key;
    }

    private static Task<bool[]> InParallelAsync(Func<int, ValueTask<bool>> call) =>
        Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => await call(i))));
}
