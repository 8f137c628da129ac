using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>Once armed, lets the next statement that begins so, or the next commit, succeed, and reports a broken connection. As often as wanted.</summary>
internal sealed class FaultAfterSuccess : DbCommandInterceptor, IDbTransactionInterceptor
{
    private string? _statement;
    private int _left;

    public int Faults { get; private set; }

    public void Arm(string statement, int times = 1)
    {
        _statement = statement;
        _left = times;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Fail(command.CommandText);
        return new(result);
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Fail(command.CommandText);
        return new(result);
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken)
    {
        Fail("COMMIT");
        return Task.CompletedTask;
    }

    private void Fail(string statement)
    {
        if (_left > 0 && statement.StartsWith(_statement!, StringComparison.Ordinal))
        {
            _left--;
            Faults++;
            throw new NpgsqlException("The connection was lost.", new IOException());
        }
    }
}
