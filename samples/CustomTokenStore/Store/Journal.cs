using RefreshTokenRotation.Storage;

namespace CustomTokenStore.Store;

/// <summary>Makes each change atomic, and durable before its call returns. Changes that come together share one write and one flush.</summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FamilyTable _table = new();
    private readonly JournalFile _file;

    /// <summary>What the next commit writes; null if there is nothing to write.</summary>
    private List<byte[]>? _open;

    /// <summary>The commit of the newest change; when it has ended, all before it have.</summary>
    private Task _newest = Task.CompletedTask;
    private Exception? _fault;

    public Journal(JournalOptions options) => _file = JournalFile.Open(options, _table.Apply);

    /// <summary>Reads the rows, changes them, and returns once everything that it saw or changed is on the disk.</summary>
    /// <param name="decide">What to answer, and what to change; null for nothing. Runs while no other call does.</param>
    /// <param name="cancellationToken">Ends the waiting. A change that was made stays.</param>
    public async ValueTask<T> RunAsync<T>(Func<FamilyTable, (T Answer, Change? Change)> decide, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        T answer;
        Task durable;
        lock (_lock)
        {
            ThrowIfFaulted();
            (answer, var change) = decide(_table);
            if (change is not null)
            {
                // Serialized first: a change that can't be serialized throws before anything has changed.
                var record = JournalFormat.Write(change);
                _table.Apply(change);
                if (_open is null)
                {
                    _open = [];
                    var before = _newest;
                    _newest = Task.Run(() => CommitAsync(before), CancellationToken.None);
                }

                _open.Add(record);
            }

            // A reader waits too: what it saw may not be on the disk yet, and must not vanish after it was returned.
            durable = _newest;
        }

        await durable.WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer;
    }

    public void Dispose()
    {
        WaitForCommits();
        Kill();
    }

    public void Kill()
    {
        lock (_lock)
        {
            _fault ??= new ObjectDisposedException(nameof(JournalTokenStore));
        }

        // A write that has begun ends, as it does in the kernel; one that has not never begins.
        WaitForCommits();
        _file.Dispose();
    }

    /// <summary>Their callers learn whether they failed.</summary>
    private void WaitForCommits()
    {
        Task newest;
        lock (_lock)
        {
            newest = _newest;
        }

        Task.WhenAny(newest).Wait();
    }

    private async Task CommitAsync(Task before)
    {
        // While the commit before this one is flushed, further changes join this one.
        await Task.WhenAny(before).ConfigureAwait(false);
        try
        {
            List<byte[]> batch;
            TokenFamily[]? rows;
            lock (_lock)
            {
                ThrowIfFaulted();
                batch = _open!;
                _open = null;
                rows = _file.IsWorthRewriting ? [.. _table.All] : null;
            }

            if (rows is null)
            {
                _file.Append(batch);
            }
            else
            {
                // The rows have the changes of the batch in them.
                _file.Rewrite(rows);
            }
        }
        catch (Exception exception)
        {
            // After a failed write nobody knows what is on the disk, and the rows are ahead of it. So every call fails until the file is opened again.
            lock (_lock)
            {
                _fault ??= exception;
            }

            throw;
        }
    }

    private void ThrowIfFaulted()
    {
        if (_fault is not null)
        {
            throw new IOException("The journal was closed or could not be written: open it again.", _fault);
        }
    }
}
