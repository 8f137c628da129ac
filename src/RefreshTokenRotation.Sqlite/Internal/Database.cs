using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>The file: one thread that writes, and connections that read on the threads of their callers.</summary>
/// <remarks>
/// In WAL mode readers and the writer do not wait for each other, and a read sees all that was committed before it began: reads are linearizable.
/// </remarks>
internal sealed class Database : IDisposable
{
    private readonly FileSettings _file;
    private readonly Writer _writer;
    private readonly BusyWait _busy;
    private readonly ManualResetEvent _ending = new(initialState: false);
    private readonly Lock _opening = new();
    private readonly Pool<Session> _readers;
    private Session? _opened;
    private volatile bool _isReady;
    private volatile bool _isDisposed;
    private bool _isEnding;

    public Database(SqliteStoreOptions options)
    {
        _file = new FileSettings(options);
        _readers = new Pool<Session>(size: 32, _file.OpenReader);
        _busy = new BusyWait(_file.BusyTimeout, _ending);
        _writer = new Writer(OpenWriter, _busy);
    }

    public WatchedFile File => _file.File;

    /// <summary>Creates or upgrades the file where that is wanted, and checks it. Once it has succeeded it does nothing more.</summary>
    public void Open()
    {
        if (_isReady)
        {
            return;
        }

        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(ITokenStore));
            if (!_isReady)
            {
                // It is the writer's connection later on. As long as one is open the log is not folded in, and starts stay fast.
                _opened = _busy.Run(static file => file.OpenWriter(mayCreate: true), _file); // another process may start too, and create the file or change its mode
                File.Remember();
                _isReady = true;
            }
        }
    }

    public Task<TResult> WriteAsync<TResult>(Func<Session, TResult> run, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(ITokenStore));
        return _writer.WriteAsync(run, cancellationToken);
    }

    /// <summary>Reads on the thread of the caller: from the cache of the system that takes less than to hand it to another thread.</summary>
    public TResult Read<TState, TResult>(Func<Session, TState, TResult> read, TState state, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Open();
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(ITokenStore));
        if (File.FindFaultFromTimeToTime() is { } fault)
        {
            throw fault;
        }

        var session = _readers.Take();
        try
        {
            return read(session, state);
        }
        finally
        {
            PutReader(session);
        }
    }

    /// <summary>Ends after what is queued. A wait for another process is cut short.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isEnding, true))
        {
            return;
        }

        _ending.Set();
        lock (_opening)
        {
            _isDisposed = true;
        }

        // The writer's connection last: it folds the log into the file.
        _readers.Dispose();
        _writer.Dispose();
        _opened?.FoldLogInIfFileIsGone();
        _opened?.Dispose();
        _ending.Dispose();
    }

    private Session OpenWriter()
    {
        Open();
        return Interlocked.Exchange(ref _opened, null) ?? _busy.Run(static file => file.OpenWriter(mayCreate: false), _file);
    }

    private void PutReader(Session session)
    {
        if (session.IsBroken)
        {
            session.Dispose();
            return;
        }

        _readers.Put(session);
        if (_isDisposed)
        {
            _readers.Dispose(); // the end has come meanwhile
        }
    }
}

/// <summary>Opens the file at the start of the host, before any other service, so that what is wrong with it is known then.</summary>
internal sealed class OpeningService(Func<Database?> findDatabase, SqliteStoreOptions options, ILogger<OpeningService> logger) : StartupService
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        if (findDatabase() is not { } database)
        {
            return Task.CompletedTask; // The host has put other stores in the place of both.
        }

        database.Open();
        if (!Path.IsPathFullyQualified(FileSettings.Parse(options.DataSource).DataSource))
        {
            logger.PathIsRelative(database.File.Path);
        }

        foreach (var (path, mode) in database.File.FindReadableByOthers())
        {
            logger.FileIsReadableByOthers(path, Convert.ToString((int)mode, toBase: 8));
        }

        return Task.CompletedTask;
    }
}
