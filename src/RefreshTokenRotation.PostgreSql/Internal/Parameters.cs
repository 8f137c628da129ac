using Npgsql;
using NpgsqlTypes;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Positional parameters of a stated type. The first use of a command makes them; each later use sets them again and makes none.</summary>
internal sealed class Parameters(NpgsqlParameterCollection places) : IValueWriter<Parameters>
{
    private int _bound;

    /// <summary>Goes back to the first place.</summary>
    public Parameters Begin()
    {
        _bound = 0;
        return this;
    }

    public Parameters Bind(long value) => Set(value, NpgsqlDbType.Bigint);

    public Parameters Bind(string? value) => Set(value, NpgsqlDbType.Text);

    public Parameters Bind(Guid value) => Set(value, NpgsqlDbType.Uuid);

    public Parameters BindJson(string value) => Set(value, NpgsqlDbType.Jsonb);

    public Parameters Bind(IReadOnlyCollection<string> texts) =>
        Set<string[]?>(texts.Count == 0 ? null : [.. texts], NpgsqlDbType.Array | NpgsqlDbType.Text);

    public Parameters Bind(Opaque256? value)
    {
        var place = Next<byte[]?>(NpgsqlDbType.Bytea);
        if (value is { } bytes)
        {
            bytes.CopyTo(place.TypedValue ??= new byte[Opaque256.Size]);
        }
        else
        {
            place.TypedValue = null;
        }

        return this;
    }

    public Parameters Bind(TokenTrail? value) => Set(value?.ToArray(), NpgsqlDbType.Bytea);

    private Parameters Set<T>(T value, NpgsqlDbType type)
    {
        Next<T>(type).TypedValue = value;
        return this;
    }

    private NpgsqlParameter<T> Next<T>(NpgsqlDbType type)
    {
        if (_bound == places.Count)
        {
            places.Add(new NpgsqlParameter<T> { NpgsqlDbType = type });
        }

        return (NpgsqlParameter<T>)places[_bound++];
    }
}
