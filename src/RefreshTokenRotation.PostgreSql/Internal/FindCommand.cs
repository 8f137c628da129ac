using Npgsql;
using NpgsqlTypes;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>A command that finds, used again and again by one call at a time.</summary>
internal sealed class FindCommand : IDisposable
{
    private readonly NpgsqlParameter<byte[]> _lookupKey;

    public FindCommand(string sql)
    {
        Command = new NpgsqlCommand(sql);
        _lookupKey = Command.Parameters.AddPlace<byte[]>(NpgsqlDbType.Bytea);
        _lookupKey.TypedValue = new byte[Opaque256.Size];
    }

    public NpgsqlCommand Command { get; }

    public void Set(Opaque256 lookupKey) => lookupKey.CopyTo(_lookupKey.TypedValue);

    public void Dispose() => Command.Dispose();
}
