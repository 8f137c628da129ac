using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using RefreshTokenRotation.EntityFrameworkCore.Internal;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>Writes down what is sent to the database: statements, and the beginnings and ends of transactions.</summary>
internal sealed class SqlRecorder : DbCommandInterceptor, IDbTransactionInterceptor
{
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly ConcurrentQueue<DbContext> _contexts = new();

    public IReadOnlyList<string> Sent => [.. _sent];

    /// <summary>The time-out of the last statement, in seconds.</summary>
    public int Timeout { get; private set; }

    /// <summary>What the last statement was sent for, by which hosts choose what their interceptors do.</summary>
    public CommandSource Source { get; private set; }

    /// <summary>How many entities the change tracker had before any statement, or after it was read.</summary>
    public int MaxTracked { get; private set; }

    /// <summary>The contexts that were used.</summary>
    public IReadOnlyList<DbContext> Contexts => [.. _contexts.Distinct()];

    /// <summary>The store's own statements, for the model of the last context.</summary>
    public ExchangeStatements? Statements { get; private set; }

    public void Clear()
    {
        _sent.Clear();
        _contexts.Clear();
        MaxTracked = 0;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Record(command, eventData);
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Record(command, eventData);
        return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        Record(command, eventData);
        return base.ScalarExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Count(eventData);
        return base.DataReaderDisposing(command, eventData, result);
    }

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken)
    {
        _sent.Enqueue($"BEGIN {eventData.IsolationLevel}");
        return new(result);
    }

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
    {
        _sent.Enqueue("COMMIT");
        return new(result);
    }

    public ValueTask<InterceptionResult> CreatingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
    {
        _sent.Enqueue("SAVEPOINT");
        return new(result);
    }

    private void Record(DbCommand command, CommandEventData eventData)
    {
        _sent.Enqueue(command.CommandText.ReplaceLineEndings(" "));
        _contexts.Enqueue(eventData.Context!);
        Statements = ExchangeStatements.Of(eventData.Context!);
        Timeout = command.CommandTimeout;
        Source = eventData.CommandSource;
        Count(eventData);
    }

    private void Count(DbContextEventData eventData) =>
        MaxTracked = Math.Max(MaxTracked, eventData.Context!.ChangeTracker.Entries().Count());
}
