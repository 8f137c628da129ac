using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Benchmarks.Postgres;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Storage;
using StackExchange.Redis;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>The two scripts of an exchange, by EVALSHA over one connection: a family for each client, whose row is the same each time but for its version.</summary>
internal sealed class RedisFloor : IAsyncDisposable
{
    public const int Clients = 32;
    private const string Prefix = "bare";

    private readonly IConnectionMultiplexer _connection;
    private readonly List<Func<Task>> _clients = [];

    private RedisFloor(IConnectionMultiplexer connection) => _connection = connection;

    /// <summary>Adds families of the floor's own.</summary>
    /// <param name="address">The server.</param>
    /// <param name="engine">The engine over the same server, whose families are the pattern.</param>
    public static async Task<RedisFloor> OpenAsync(string address, StoreCell engine)
    {
        var floor = new RedisFloor(await ConnectionMultiplexer.ConnectAsync(address));
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().UseRedis(floor._connection, static options => options.KeyPrefix = Prefix);
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<ITokenStore>();
        for (var client = 0; client < Clients; client++)
        {
            var row = await Workload.RowAsync(engine.Services, $"user{client}");
            await store.AddAsync(row, int.MaxValue, row.Grant.CreatedAt, CancellationToken.None);
            floor._clients.Add(Client(floor._connection.GetDatabase(), row));
        }

        return floor;
    }

    public Task<Throughput> MeasureAsync(int seconds) => Throughput.MeasureAsync([.. _clients], seconds);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static Func<Task> Client(IDatabase database, TokenFamily row)
    {
        var names = new KeyNames(Prefix);
        RedisKey[] pointer = [names.Pointer(row.Grant.LookupKey)];
        RedisKey[] family = [names.Family(row.Grant)];
        RedisValue[] prefix = [names.Base];
        RedisValue changes = FamilyBytesWriter.Changes(row with { Salt = row.SecretHash, LastDevice = row.Grant.FirstDevice, RotatedAt = row.Grant.CreatedAt });
        RedisValue state = ScriptValues.State(row);
        var version = row.Version;
        return async () =>
        {
            await database.ScriptEvaluateAsync(Script.Find.Hash, pointer, prefix);
            var swapped = await database.ScriptEvaluateAsync(Script.Swap.Hash, family, [version, version + 1, changes, state]);
            version = (int)swapped == 1 ? version + 1 : throw new InvalidOperationException("The swap met no row.");
        };
    }
}
