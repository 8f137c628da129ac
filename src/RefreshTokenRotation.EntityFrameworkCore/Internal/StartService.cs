using System.Data.Common;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>
/// Before any other service of the host starts: checks the model, creates the tables where that is wanted, and tries them if they are there. Else after
/// all have started, since one of them may apply migrations.
/// </summary>
internal sealed class StartService(Func<StoresInUse<ContextSource>> find, bool createSchema, ILogger<StartService> logger) : StartupService
{
    private StoresInUse<ContextSource> _use = null!;
    private bool _isTried;

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        _use = find();
        if (_use.Database is not { } source)
        {
            return; // the host has put other stores in the place of all
        }

        using var suppressed = SuppressedTransaction.Enter();
        var lease = await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        ModelCheck.Require(lease.Context);
        if (_use.HasReplays && lease.Context.Model.FindEntityType(typeof(ReplayRow)) is null)
        {
            throw new InvalidOperationException(
                $"The model of {lease.Context.GetType().Name} has no table for used proofs and assertions. Set ReplaysTable in modelBuilder.AddRefreshTokenRotation(options => ...), "
                + "and add a migration.");
        }

        if (createSchema)
        {
            await CreateTablesAsync(lease.Context, cancellationToken).ConfigureAwait(false);
        }

        if (await ReadTablesAsync(lease.Context, cancellationToken).ConfigureAwait(false) is null)
        {
            await TryTablesAsync(lease.Context, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_use.Database is not { } source || _isTried)
        {
            return;
        }

        using var suppressed = SuppressedTransaction.Enter();
        var lease = await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        if (await ReadTablesAsync(lease.Context, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            throw fault;
        }

        await TryTablesAsync(lease.Context, cancellationToken).ConfigureAwait(false);
    }

    private async Task TryTablesAsync(DbContext context, CancellationToken cancellationToken)
    {
        await new RowTrial(context, _use.HasReplays, logger).RunAsync(cancellationToken).ConfigureAwait(false);
        _isTried = true;
    }

    /// <summary>EnsureCreated would create nothing in a database that has any other table.</summary>
    private async Task CreateTablesAsync(DbContext context, CancellationToken cancellationToken)
    {
        var creator = (IRelationalDatabaseCreator)context.GetService<IDatabaseCreator>();
        try
        {
            if (!await ExistsAsync(context, creator, cancellationToken).ConfigureAwait(false))
            {
                await creator.CreateAsync(cancellationToken).ConfigureAwait(false);
            }

            if (await ReadTablesAsync(context, cancellationToken).ConfigureAwait(false) is not null)
            {
                await creator.CreateTablesAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException { InnerException: DbException })
        {
            // Nodes that start together all try, and one of them succeeds.
            if (await ReadTablesAsync(context, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw;
            }
        }
    }

    private static async Task<bool> ExistsAsync(DbContext context, IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        try
        {
            return await creator.ExistsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw StartFault.Unreachable(context, fault);
        }
    }

    /// <summary>Reads every column of every table, and no row.</summary>
    /// <returns>Why it failed; null if it did not.</returns>
    private async Task<InvalidOperationException?> ReadTablesAsync(DbContext context, CancellationToken cancellationToken)
    {
        var isOpen = false;
        try
        {
            await context.Database.CreateExecutionStrategy().ExecuteAsync(context.Database.OpenConnectionAsync, cancellationToken).ConfigureAwait(false);
            isOpen = true;
            await context.QueryFamilyAsync([], cancellationToken).ConfigureAwait(false);
            await context.Set<LockRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.Bucket < 0).ToListAsync(cancellationToken).ConfigureAwait(false);
            await context.Set<PolicyRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.TenantId != row.TenantId).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (_use.HasReplays)
            {
                await context.Set<ReplayRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.ExpiresAt < 0).ToListAsync(cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return isOpen ? StartFault.Unreadable(context, fault) : StartFault.Unreachable(context, fault);
        }
        finally
        {
            if (isOpen)
            {
                await context.Database.CloseConnectionAsync().ConfigureAwait(false);
            }
        }
    }
}
