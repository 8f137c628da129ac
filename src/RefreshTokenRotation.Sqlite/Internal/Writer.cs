using System.Collections.Concurrent;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>The one thread that writes. What has queued up while it was busy goes into one transaction: many exchanges for one sync of the disk.</summary>
/// <remarks>
/// <para>SQLite has one writer at a time and no asynchronous calls: a thread of its own blocks nobody else's, and writers who queue here
/// do not starve each other by polling the file's lock.</para>
/// <para>Each write is atomic, for either all of a transaction is committed or nothing. A fault before the commit rolls back all of it, and each of
/// its writes runs again by itself; no call has returned by then. A fault of the commit is an outage to all.</para>
/// </remarks>
internal sealed class Writer : IDisposable
{
    /// <summary>How many writes go into one transaction.</summary>
    private const int MaxBatch = 256;

    private readonly Func<Session> _open;
    private readonly BusyWait _busy;
    private readonly BlockingCollection<Write> _queue = [];
    private readonly Thread _thread;
    private Session? _session;

    /// <summary>Starts the thread.</summary>
    /// <param name="open">Opens a connection to a file that is ready.</param>
    /// <param name="busy">Waits while another process keeps the file locked.</param>
    public Writer(Func<Session> open, BusyWait busy)
    {
        _open = open;
        _busy = busy;
        _thread = new Thread(Run) { IsBackground = true, Name = "RefreshTokenRotation SQLite writer" };

        // Nothing of the caller who happens to be the first, an ambient transaction for instance, is to stay with the thread.
        _thread.UnsafeStart();
    }

    /// <summary>Queues a write.</summary>
    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    public async Task<TResult> WriteAsync<TResult>(Func<Session, TResult> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new Write<TResult>(run);
        try
        {
            _queue.Add(write, CancellationToken.None);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(ITokenStore), fault);
        }

        var cancelling = cancellationToken.UnsafeRegister(static (state, token) => ((Write<TResult>)state!).Cancel(token), write);
        await using var ownedCancelling = cancelling.ConfigureAwait(false);
        return await write.Answer.ConfigureAwait(false);
    }

    /// <summary>Ends after what is queued.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _session?.FoldLogInIfFileIsGone();
        _session?.Dispose();
        _queue.Dispose();
    }

    private void Run()
    {
        var batch = new List<Write>(MaxBatch);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaxBatch && _queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            Commit(batch);
            batch.Clear();
        }
    }

    /// <summary>Runs the writes in one transaction, and completes them.</summary>
    /// <returns>The fault that kept the transaction from beginning; null if it began.</returns>
    private Exception? Commit(IReadOnlyList<Write> batch)
    {
        var begun = false;
        var committing = false;
        try
        {
            _session ??= _open();
            _session.RequireFile();
            _busy.Run(static session => session.Execute("BEGIN IMMEDIATE"), _session);
            begun = true;
            foreach (var write in batch)
            {
                if (write.TryBegin())
                {
                    write.Run(_session);
                }
            }

            committing = true;
            _session.Execute("COMMIT");
        }
        catch (Exception fault)
        {
            RollBack();
            if (begun && !committing && batch.Count > 1)
            {
                CommitEach(batch);
            }
            else
            {
                Fail(batch, fault);
            }

            return begun ? null : fault;
        }

        foreach (var write in batch)
        {
            write.Complete();
        }

        return null;
    }

    /// <summary>Where one transaction can't begin the rest are not tried: each would wait for the lock as long as that one did.</summary>
    private void CommitEach(IReadOnlyList<Write> batch)
    {
        Exception? fault = null;
        foreach (var write in batch)
        {
            if (fault is null)
            {
                fault = Commit([write]);
            }
            else
            {
                Fail([write], fault);
            }
        }
    }

    private static void Fail(IReadOnlyList<Write> batch, Exception fault)
    {
        foreach (var write in batch)
        {
            // A write that was cancelled has its answer.
            write.TryBegin();
            write.Fail(fault);
        }
    }

    /// <summary>Leaves the connection ready for the next transaction, or drops it: a new one starts from what is in the file.</summary>
    private void RollBack()
    {
        try
        {
            if (_session is { IsInTransaction: true })
            {
                _session.Execute("ROLLBACK");
            }

            if (_session is { IsBroken: false })
            {
                return;
            }
        }
        catch (SqliteException)
        {
            // Closing it rolls back.
        }

        _session?.Dispose();
        _session = null;
    }
}
