using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Keeps commands of one text with their parameters, so that an exchange makes none. One that met a fault is not put back.</summary>
internal sealed class CommandPool(string sql)
{
    private readonly PooledCommand?[] _kept = new PooledCommand?[64];

    public PooledCommand Take()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null && Interlocked.Exchange(ref _kept[i], null) is { } command)
            {
                return command;
            }
        }

        return new PooledCommand(sql);
    }

    public void Put(PooledCommand command)
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
