using System.Globalization;

namespace RefreshTokenRotation.PostgreSql.Internal;

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
