using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Keeps commands of one text with their parameters, so that an exchange makes none. One that met a fault is not put back.</summary>
internal sealed class CommandPool<TCommand>(Func<TCommand> create)
    where TCommand : class, IDisposable
{
    private readonly TCommand?[] _kept = new TCommand?[64];

    public TCommand Take()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null && Interlocked.Exchange(ref _kept[i], null) is { } command)
            {
                return command;
            }
        }

        return create();
    }

    public void Put(TCommand command)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is null && Interlocked.CompareExchange(ref _kept[i], command, null) is null)
            {
                return;
            }
        }

        command.Dispose();
    }
}

/// <summary>A command that one call at a time uses.</summary>
internal sealed class PooledCommand : IDisposable
{
    private readonly Parameters _values;

    public PooledCommand(string sql)
    {
        Command = new NpgsqlCommand(sql);
        _values = new Parameters(Command.Parameters);
    }

    public NpgsqlCommand Command { get; }

    /// <summary>The parameters, from the first one.</summary>
    public Parameters Begin() => _values.Begin();

    public void Dispose() => Command.Dispose();
}

/// <summary>A command for several rows, that one batch at a time uses.</summary>
internal sealed class PooledRows : IDisposable
{
    private readonly RowParameters _values;

    public PooledRows(string sql)
    {
        Command = new NpgsqlCommand(sql);
        _values = new RowParameters(Command.Parameters);
    }

    public NpgsqlCommand Command { get; }

    /// <summary>The parameters, without any row.</summary>
    public RowParameters Begin() => _values.Begin();

    public void Dispose() => Command.Dispose();
}
