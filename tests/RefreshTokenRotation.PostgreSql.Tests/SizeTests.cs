using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Rotations rewrite rows in place. REFRESH_TOKEN_ROTATION_LARGE=1 takes 100,000 families in place of 3,000.</summary>
[NonParallelizable]
public sealed class SizeTests
{
    private const int Rotations = 10;
    private const int Workers = 8;

    private static readonly DeviceInfo Device = new() { IpAddress = "203.0.113.7", UserAgent = new string('u', 90), Name = "phone" };

    [Test]
    public async Task Table_does_not_grow_with_rotations_and_rotations_change_no_index()
    {
        var families = Scale.IsLarge ? 100_000 : 3_000;
        await using var schema = await TestSchema.CreateAsync();
        var time = new FakeTime();
        var node = schema.Node(RotationPolicy.Spa, time);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var tokens = new RefreshToken[families];
        var order = Enumerable.Range(0, families).ToArray();
        var random = new Random(1);
        await ForAllAsync(async i => tokens[i] = (await engine.IssueAsync(Login(i))).RefreshToken);
        var (table, indexes) = await SizeAsync(schema);

        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            // Twice a day, so that the idle expiry moves over several days.
            time.Advance(TimeSpan.FromHours(12));
            random.Shuffle(order);
            await ForAllAsync(async i =>
            {
                var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = tokens[i], ClientId = "spa", Device = Device });
                tokens[i] = ((ExchangeResult.Succeeded)result).RefreshToken;
            });
        }

        // A backend reports what it did when it ends at the latest.
        await node.DisposeAsync();
        long updates = 0, hot = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                updates = await StatisticAsync("n_tup_upd");
                hot = await StatisticAsync("n_tup_hot_upd");
                return updates >= (long)families * Rotations;
            },
            "the server counts every rotation");

        var (tableAfter, indexesAfter) = await SizeAsync(schema);
        TestContext.Out.WriteLine($"{families} families: table {table} to {tableAfter} bytes, indexes {indexes} to {indexesAfter}, HOT {hot} of {updates}");
        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}")).Should().Be(families);
        ((double)hot / updates).Should().BeGreaterThan(0.95);
        ((double)tableAfter / table).Should().BeLessThan(1.2);
        ((double)indexesAfter / indexes).Should().BeLessThan(1.2);

        Task ForAllAsync(Func<int, Task> work) => Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var i = worker; i < families; i += Workers)
            {
                await work(order[i]);
            }
        })));

        Task<long> StatisticAsync(string name) => schema.ScalarAsync<long>(
            $"SELECT {name} FROM pg_stat_user_tables WHERE schemaname = '{schema.Name}' AND relname = '{PostgreSqlSchema.DefaultTableName}'");
    }

    private static IssueRequest Login(int i) => new()
    {
        Subject = $"user-{i}",
        ClientId = "spa",
        SessionId = $"session-{i}",
        Scopes = ["openid", "profile", "offline_access"],
        Resources = ["https://api.example.com"],
        Device = Device,
    };

    private static async Task<(long Table, long Indexes)> SizeAsync(TestSchema schema) =>
        (await schema.ScalarAsync<long>($"SELECT pg_table_size('{schema.Table}')"), await schema.ScalarAsync<long>($"SELECT pg_indexes_size('{schema.Table}')"));
}
