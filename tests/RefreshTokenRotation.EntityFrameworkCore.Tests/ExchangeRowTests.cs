using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>What the store's own update writes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ExchangeRowTests
{
    /// <summary>A later day within the slack is left alone, so that the row stays on its page.</summary>
    [Test]
    public async Task Day_of_pruning_is_that_of_the_frameworks_update([Values(Provider.Sqlite, Provider.MariaDb)] Provider provider)
    {
        await using var database = await ProviderDatabase.CreateAsync(provider);
        await using var context = database.Context();
        var (own, framework) = (Families.Create(), Families.Create());
        await database.Store().AddAsync(own);
        await database.Store().AddAsync(framework);
        var today = PruneDay.Of(Families.Now);
        foreach (var (days, expected) in new[] { (20, 20), (20 + PruneDay.Slack, 20), (21 + PruneDay.Slack, 21 + PruneDay.Slack), (5, 5) })
        {
            (own, framework) = (Next(own), Next(framework));
            (await context.SwapAsync(FamilyRow.ChangesOf(own), own.Version - 1, CancellationToken.None)).Should().Be(1);
            (await context.UpdateFamilyAsync(FamilyRow.ChangesOf(framework), framework.Version - 1, CancellationToken.None)).Should().Be(1);

            (await DayAsync(own)).Should().Be(today + expected);
            (await DayAsync(framework)).Should().Be(today + expected);

            TokenFamily Next(TokenFamily family) => Families.Rotated(family) with { IdleExpiresAt = Families.Now.AddDays(days) };
        }

        async Task<int> DayAsync(TokenFamily family) => (await context.FindFamilyAsync(family.Grant.LookupKey.ToArray(), CancellationToken.None))!.Row.PruneBucket;
    }

    [Test]
    public async Task Calls_at_once_have_parameters_of_their_own()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var hold = new HoldFirstUpdate();
        var store = database.Store(options => options.AddInterceptors(hold));
        var (first, second) = (Families.Create("first"), Families.Create("second"));
        await store.AddAsync(first);
        await store.AddAsync(second);
        (first, second) = (Families.Rotated(first), Families.Rotated(second));
        hold.Arm();

        var held = store.SwapAsync(first).AsTask();
        await hold.Reached.WaitAsync(Eventually.Patience);
        (await store.SwapAsync(second)).Should().BeTrue();
        hold.Release();

        (await held).Should().BeTrue();
        (await store.FindAsync(first)).Should().BeEquivalentTo(first);
        (await store.FindAsync(second)).Should().BeEquivalentTo(second);
    }

    /// <summary>Once armed, holds the next update, which has its parameters by then.</summary>
    private sealed class HoldFirstUpdate : DbCommandInterceptor, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _release = new(0);
        private int _isArmed;

        public Task Reached => _reached.Task;

        public void Arm() => _isArmed = 1;

        public void Release() => _release.Release();

        public void Dispose() => _release.Dispose();

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Exchange(ref _isArmed, 0) == 1)
            {
                _reached.SetResult();
                await _release.WaitAsync(cancellationToken);
            }

            return result;
        }
    }
}
