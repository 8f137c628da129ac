using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>A command that one call at a time uses.</summary>
internal sealed class PooledCommand(string sql) : IDisposable
{
    private Parameters? _values;

    public NpgsqlCommand Command { get; } = new(sql);

    /// <summary>The parameters, from the first one.</summary>
    public Parameters Begin() => (_values ??= new(Command.Parameters)).Begin();

    public void Dispose() => Command.Dispose();
}

/// <summary>A command for several rows, that one batch at a time uses.</summary>
internal sealed class PooledRows(string sql) : IDisposable
{
    private RowParameters? _values;

    public NpgsqlCommand Command { get; } = new(sql);

    /// <summary>The parameters, without any row.</summary>
    public RowParameters Begin() => (_values ??= new(Command.Parameters)).Begin();

    public void Dispose() => Command.Dispose();
}
