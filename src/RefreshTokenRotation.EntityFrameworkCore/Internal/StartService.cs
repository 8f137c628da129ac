using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.Relational;

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
            throw new InvalidOperationException(
                $"The tables for refresh tokens can't be read through {lease.Context.GetType().Name}. If the database can be reached, "
                + (lease.Context is RefreshTokenRotationDbContext
                    ? "set the option CreateSchema, or apply a migration or the script of this context."
                    : "add a migration and apply it before the host starts: dotnet ef migrations add RefreshTokens, then dotnet ef database update."),
                fault);
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
            if (!await creator.ExistsAsync(cancellationToken).ConfigureAwait(false))
            {
                await creator.CreateAsync(cancellationToken).ConfigureAwait(false);
            }

            if (await ReadTablesAsync(context, cancellationToken).ConfigureAwait(false) is not null)
            {
                await creator.CreateTablesAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DbException)
        {
            // Nodes that start together all try, and one of them succeeds.
            if (await ReadTablesAsync(context, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw;
            }
        }
    }

    /// <summary>Reads every column of every table, and no row.</summary>
    /// <returns>Why it failed; null if it did not.</returns>
    private async Task<Exception?> ReadTablesAsync(DbContext context, CancellationToken cancellationToken)
    {
        try
        {
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
            return fault;
        }
    }
}
