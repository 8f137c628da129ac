using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests.Support;

/// <summary>A file of one test's own in a folder of its own, with any number of nodes on it, each with connections of its own; deleted at the end.</summary>
internal sealed class TestFile : IDisposable
{
    private readonly List<ServiceProvider> _nodes = [];

    /// <param name="onDisk">Whether the file is on a disk. Where there is a file system in memory, most tests need not wait for syncs.</param>
    public TestFile(bool onDisk = false)
    {
        const string Memory = "/dev/shm";
        Folder = !onDisk && Directory.Exists(Memory)
            ? Directory.CreateDirectory(Path.Combine(Memory, $"rtr-sqlite-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("rtr-sqlite-").FullName;
        FilePath = Path.Combine(Folder, "tokens.db");
    }

    public string Folder { get; }

    public string FilePath { get; }

    /// <summary>A node: a provider with the real engine.</summary>
    public ServiceProvider Node(RotationPolicy? policy = null, TimeProvider? time = null, Action<SqliteStoreOptions>? configure = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy ?? RotationPolicy.Strict).UseSqlite(FilePath, sqlite =>
        {
            // Only a fault makes a lock last: on a busy machine others may be slow.
            sqlite.BusyTimeout = TimeSpan.FromMinutes(2);
            configure?.Invoke(sqlite);
        });
        var node = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _nodes.Add(node);
        return node;
    }

    /// <summary>A node's token store.</summary>
    public ITokenStore Store(Action<SqliteStoreOptions>? configure = null) => Node(configure: configure).GetRequiredService<ITokenStore>();

    /// <summary>A connection of the test's own.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }

    public long Scalar(string sql)
    {
        using var connection = Connect();
        return Scalar(connection, sql);
    }

    public void Execute(string sql)
    {
        using var connection = Connect();
        Execute(connection, sql);
    }

    public static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Copies the one family that there is, each copy with keys of its own and a later log-in.</summary>
    public void Multiply(int copies)
    {
        var columns = string.Join(", ", FamilyColumns.Changes.Concat(FamilyColumns.Grant).Append("prune_day"));
        var values = columns.Replace("lookup_key", "randomblob(32)", StringComparison.Ordinal).Replace("family_id", "randomblob(16)", StringComparison.Ordinal)
            .Replace("created_at", "created_at + n", StringComparison.Ordinal);
        Execute(
            $"WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {copies}) "
            + $"INSERT INTO families ({columns}) SELECT {values} FROM families, copies");
    }

    /// <summary>How many bytes the file and its log have.</summary>
    public long Size() => new DirectoryInfo(Folder).EnumerateFiles("tokens.db*").Where(file => !file.Name.EndsWith("-shm", StringComparison.Ordinal)).Sum(file => file.Length);

    /// <summary>Ends every node, so that the file is released.</summary>
    public void CloseNodes()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }

        _nodes.Clear();
    }

    public void Dispose()
    {
        CloseNodes();
        Directory.Delete(Folder, recursive: true);
    }
}
