using Microsoft.EntityFrameworkCore;

namespace RefreshTokenRotation.Client.Tests.Snippets;

// snippet: ef
// In OnModelCreating: modelBuilder.Entity<StoredTokenSession>().HasKey(session => new { session.ClientName, session.SessionId });
internal sealed class StoredTokenSession
{
    public required string ClientName { get; init; }

    public required string SessionId { get; init; }

    public required Guid Version { get; init; }

    public required byte[] Data { get; init; }
}

internal sealed class EfTokenSessionStore<TContext>(IDbContextFactory<TContext> contexts) : ITokenSessionStore, IDisposable
    where TContext : DbContext
{
    private readonly SemaphoreSlim _locks = new(16, 16); // a lock occupies a connection; the pool must have more of them

    public async ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var session = await Of(context, key).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return session is null ? null : new TokenSessionRecord(session.Version, session.Data);
    }

    public async ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var data = record.Data.ToArray();
        if (expectedVersion is { } expected)
        {
            return await Of(context, key).Where(session => session.Version == expected).ExecuteUpdateAsync(
                change => change.SetProperty(session => session.Version, record.Version).SetProperty(session => session.Data, data), cancellationToken) == 1;
        }

        context.Add(new StoredTokenSession { ClientName = key.ClientName, SessionId = key.SessionId, Version = record.Version, Data = data });
        try
        {
            return await context.SaveChangesAsync(cancellationToken) == 1;
        }
        catch (DbUpdateException)
        {
            if (await Of(context, key).AnyAsync(cancellationToken))
            {
                return false; // another node was quicker
            }

            throw;
        }
    }

    public async ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Of(context, key).Where(session => session.Version == expectedVersion).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    public async ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken)
    {
        await _locks.WaitAsync(cancellationToken);
        TContext? context = null;
        try
        {
            // PostgreSQL's lock, which ends with the connection. SQL Server has sp_getapplock, MySQL GET_LOCK.
            context = await contexts.CreateDbContextAsync(cancellationToken);
            context.Database.SetCommandTimeout(TimeSpan.Zero);
            await context.Database.BeginTransactionAsync(cancellationToken);
            await context.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({key.ClientName + '\u001f' + key.SessionId}, 0))", cancellationToken);
            return new HeldLock(context, _locks);
        }
        catch
        {
            await (context?.DisposeAsync() ?? default);
            _locks.Release();
            throw;
        }
    }

    public void Dispose() => _locks.Dispose();

    private static IQueryable<StoredTokenSession> Of(TContext context, TokenSessionKey key) =>
        context.Set<StoredTokenSession>().Where(session => session.ClientName == key.ClientName && session.SessionId == key.SessionId);

    private sealed class HeldLock(TContext context, SemaphoreSlim locks) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await context.DisposeAsync(); // rolls back, which releases the lock
            }
            finally
            {
                locks.Release();
            }
        }
    }
}
// end-snippet
