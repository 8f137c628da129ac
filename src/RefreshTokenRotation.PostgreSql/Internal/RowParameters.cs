using System.Collections;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Positional parameters that are columns: each row binds one more element of every one. The first row makes them, and they are used again.</summary>
/// <remarks>A column of lists is three parameters, since an array of arrays can't hold lists of different lengths: all texts, and each row's first and last.</remarks>
internal sealed class RowParameters(NpgsqlParameterCollection places) : IValueWriter<RowParameters>
{
    private readonly List<IList> _columns = [];
    private int _bound;

    /// <summary>Drops all rows.</summary>
    public RowParameters Begin()
    {
        foreach (var column in _columns)
        {
            column.Clear();
        }

        return this;
    }

    /// <summary>Goes to the first column of a new row.</summary>
    public RowParameters BeginRow()
    {
        _bound = 0;
        return this;
    }

    public RowParameters Bind(long value) => Add(value, NpgsqlDbType.Bigint);

    public RowParameters Bind(string? value) => Add(value, NpgsqlDbType.Text);

    public RowParameters Bind(Guid value) => Add(value, NpgsqlDbType.Uuid);

    public RowParameters Bind(Opaque256? value) => Add(value?.ToArray(), NpgsqlDbType.Bytea);

    public RowParameters Bind(TokenTrail? value) => Add(value?.ToArray(), NpgsqlDbType.Bytea);

    public RowParameters Bind(IReadOnlyCollection<string> texts)
    {
        var all = Next<string>(NpgsqlDbType.Text);
        var first = all.Count + 1L;
        all.AddRange(texts);
        return Bind(first).Bind((long)all.Count);
    }

    private RowParameters Add<T>(T value, NpgsqlDbType type)
    {
        Next<T>(type).Add(value);
        return this;
    }

    private List<T> Next<T>(NpgsqlDbType type)
    {
        if (_bound == places.Count)
        {
            places.Add(new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [] });
            _columns.Add(((NpgsqlParameter<List<T>>)places[_bound]).TypedValue!);
        }

        var place = (NpgsqlParameter<List<T>>)places[_bound++];

        // Set anew, because the driver keeps the size of a value that it has sent.
        return place.TypedValue = place.TypedValue!;
    }
}

/// <summary>Writes <see cref="RowParameters"/> as a table of a statement: <c>given</c>, with a column for each parameter, and the <c>place</c> of each row, from 1.</summary>
/// <remarks>Each parameter is in a subquery, which the planner does not look into: otherwise the server would plan again for each number of rows.</remarks>
internal sealed class GivenRows
{
    private readonly List<string> _arrays = [];
    private int _parameters;

    /// <summary>Adds a column.</summary>
    /// <param name="type">The type of its values. A list of texts is as <see cref="RowParameters"/> binds it; an empty one is NULL.</param>
    /// <returns>The value of a row.</returns>
    public string Add(string type)
    {
        if (type != "text[]")
        {
            _parameters++;
            _arrays.Add(Invariant($"(SELECT ${_parameters})::{type}[]"));
            return Invariant($"given.c{_arrays.Count}");
        }

        var texts = ++_parameters;
        var (first, last) = (Add("bigint"), Add("bigint"));
        return Invariant($"NULLIF((${texts}::text[])[{first}::int:{last}::int], '{{}}')");
    }

    public override string ToString() =>
        $"unnest({string.Join(", ", _arrays)}) WITH ORDINALITY AS given({string.Join(", ", Enumerable.Range(1, _arrays.Count).Select(static i => Invariant($"c{i}")))}, place)";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
