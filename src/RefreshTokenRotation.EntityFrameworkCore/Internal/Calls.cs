namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Runs each call of a store on a context that nobody else uses, outside every transaction of the caller.</summary>
/// <remarks>On PostgreSQL a session that can't write, or whose server is a standby, is discarded, and the call repeated on another: it has written nothing.</remarks>
internal sealed class Calls(ContextSource contexts, TimeProvider time, TimeSpan? commandTimeout = null)
{
    private const int MaxTries = 3;

    private readonly ReadOnlyServer _readOnly = new(time);

    public async ValueTask<TResult> RunAsync<TState, TResult>(
        Func<TState, DbContext, CancellationToken, Task<TResult>> run, TState state, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        for (var tries = 1; ; tries++)
        {
            var lease = await contexts.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var ownedLease = lease.ConfigureAwait(false);
            var context = lease.Context;
            if (commandTimeout is { } timeout)
            {
                context.Database.SetCommandTimeout(timeout);
            }

            try
            {
                return await run(state, context, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (ServerRole.IsPostgreSql(context) && ReadOnlyServer.Refused(fault) && _readOnly.IsWorthAnotherTry)
            {
                await ServerRole.DiscardAsync(context, cancellationToken).ConfigureAwait(false);
                if (tries >= MaxTries)
                {
                    _readOnly.GiveUp();
                    throw;
                }
            }
            finally
            {
                // A context of a pool keeps a session that a call has held.
                await context.Database.CloseConnectionAsync().ConfigureAwait(false);
            }
        }
    }
}
