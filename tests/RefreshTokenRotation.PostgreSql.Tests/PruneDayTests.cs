using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class PruneDayTests
{
    [Test]
    public async Task Swap_lags_in_the_prune_day_by_six_days_at_most()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = schema.Store();
        var family = Families.Create() with { IdleExpiresAt = Families.Now.AddDays(15) };
        await store.AddAsync(family);
        var stored = new List<int>();
        for (var day = 1; day <= 8; day++)
        {
            family = Families.Rotated(family) with { IdleExpiresAt = Families.Now.AddDays(15 + day) };
            await store.SwapAsync(family);
            stored.Add(await schema.ScalarAsync<int>($"SELECT prune_bucket FROM {schema.Table}"));
        }

        var first = (int)(Families.Now.AddDays(15).UtcTicks / TimeSpan.TicksPerDay);
        stored.Should().Equal(first, first, first, first, first, first, first + 7, first + 7);
    }
}
