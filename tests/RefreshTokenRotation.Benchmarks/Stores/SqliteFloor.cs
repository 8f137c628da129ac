using RefreshTokenRotation.Benchmarks.Postgres;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Sqlite;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>The two statements of an exchange on one connection to a file of their own, prepared; each update is a transaction.</summary>
/// <remarks>SQLite has one writer at a time, so that more clients would only wait for each other.</remarks>
internal sealed class SqliteFloor : IDisposable
{
    private readonly Session _session;
    private readonly TokenFamily[] _rows;
    private int _next;

    public SqliteFloor(string path, SqliteDurability durability, IEnumerable<TokenFamily> rows)
    {
        _session = new FileSettings(new SqliteStoreOptions { DataSource = path, Durability = durability }).OpenWriter(mayCreate: true);
        _rows = [.. rows.Select(static row => row with { Salt = row.SecretHash, LastDevice = row.Grant.FirstDevice })];
        foreach (var row in _rows)
        {
            using var insert = _session.Keep(Statements.Insert);
            insert.BindChanges(row).BindGrant(row.Grant).Run();
        }
    }

    public Task<Throughput> MeasureAsync(int seconds) => Throughput.MeasureAsync([Exchange], seconds);

    public void Dispose() => _session.Dispose();

    private Task Exchange()
    {
        var row = _rows[_next++ % _rows.Length];
        long version;
        using (var find = _session.Keep(Statements.Find).Bind(row.Grant.LookupKey))
        {
            find.Step();
            version = find.Int64(0);
        }

        using var swap = _session.Keep(Statements.Swap);
        return swap.BindChanges(row with { Version = version + 1 }).Bind(row.Grant.LookupKey).Bind(version).Run() == 1
            ? Task.CompletedTask
            : throw new InvalidOperationException("The update met no row.");
    }
}
