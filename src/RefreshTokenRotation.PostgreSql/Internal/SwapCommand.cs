using Npgsql;
using NpgsqlTypes;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>A command that compares and swaps, used again and again by one call at a time.</summary>
internal sealed class SwapCommand : IDisposable
{
    private readonly NpgsqlParameter<byte[]> _lookupKey;
    private readonly NpgsqlParameter<long> _expectedVersion;
    private readonly FamilyValues _values;

    public SwapCommand(string sql)
    {
        Command = new NpgsqlCommand(sql);
        _lookupKey = Command.Parameters.AddPlace<byte[]>(NpgsqlDbType.Bytea);
        _lookupKey.TypedValue = new byte[Opaque256.Size];
        _expectedVersion = Command.Parameters.AddPlace<long>(NpgsqlDbType.Bigint);
        _values = new FamilyValues(Command.Parameters);
    }

    public NpgsqlCommand Command { get; }

    public void Set(TokenFamily family, long expectedVersion)
    {
        family.Grant.LookupKey.CopyTo(_lookupKey.TypedValue);
        _expectedVersion.TypedValue = expectedVersion;
        _values.Set(family);
    }

    public void Dispose() => Command.Dispose();
}
