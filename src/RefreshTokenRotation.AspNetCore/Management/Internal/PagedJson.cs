using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A page by number: an array, or with <c>include_totals</c> an object round it.</summary>
internal static class PagedJson
{
    public static ManagementAnswer Write<T>(string name, Paging paging, int total, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        ManagementAnswer.Json(json =>
        {
            if (!paging.IncludeTotals)
            {
                json.WriteStartArray();
            }
            else
            {
                json.WriteStartObject();
                json.WriteNumber("start", paging.Start);
                json.WriteNumber("limit", paging.PerPage);
                json.WriteNumber("total", total);
                json.WriteStartArray(name);
            }

            foreach (var item in items)
            {
                write(json, item);
            }

            json.WriteEndArray();
            if (paging.IncludeTotals)
            {
                json.WriteEndObject();
            }
        });
}

/// <summary>A page by number, as the lists of device credentials and grants have it. Anyone who needs pages that hold still while rows come and go walks
/// the lists of refresh tokens, which have cursors.</summary>
internal readonly record struct Paging(int Page, int PerPage, bool IncludeTotals, bool IsAsked)
{
    /// <summary>No list of this kind goes further.</summary>
    public const int MaxResults = 1000;

    private const int MaxPerPage = 100;
    private const int DefaultPerPage = 50;

    public int Start => Page * PerPage;

    public int End => Start + PerPage;

    public static Paging Read(QueryReader query)
    {
        var paging = new Paging(
            query.Number("page", 0, MaxResults, 0),
            query.Number("per_page", 1, MaxPerPage, DefaultPerPage),
            query.Flag("include_totals", otherwise: false),
            query.Has("page") || query.Has("per_page") || query.Has("include_totals"));
        if (paging.End > MaxResults)
        {
            query.Fail($"page ({paging.Page}) and per_page ({paging.PerPage}) lead beyond the first {MaxResults} results.");
        }

        return paging;
    }
}

/// <summary>Which members of a resource are shown: <c>fields</c> names them, or with <c>include_fields=false</c> those that are left out.</summary>
internal readonly struct FieldSelection
{
    private const int MaxLength = 1000;

    private readonly string[]? _names;
    private readonly bool _include;

    private FieldSelection(string[]? names, bool include)
    {
        _names = names;
        _include = include;
    }

    public static FieldSelection Read(QueryReader query, params ReadOnlySpan<string> known)
    {
        var names = query.Text("fields", MaxLength)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names ?? [])
        {
            if (!known.Contains(name))
            {
                query.Fail($"The parameter fields names '{Texts.Shown(name)}', which is unknown; known are {string.Join(", ", known!)}.");
            }
        }

        return new FieldSelection(names, query.Flag("include_fields", otherwise: true));
    }

    public bool Shows(string name) => _names is null || _names.Contains(name, StringComparer.Ordinal) == _include;

    public void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (Shows(name))
        {
            json.WriteString(name, value);
        }
    }
}
