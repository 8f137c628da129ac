using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A page by number, as the lists of device credentials and grants have it. Anyone who needs pages that hold still while rows come and go walks
/// the lists of refresh tokens, which have cursors.</summary>
internal readonly record struct Paging(int Page, int PerPage, bool IncludeTotals, bool IsAsked)
{
    /// <summary>No list of this kind goes further. A page that begins here is empty, for clients that walk until one is.</summary>
    public const int MaxResults = 1000;

    private const int MaxPerPage = 100;
    private const int DefaultPerPage = 50;

    public int Start => Page * PerPage;

    public int End => Math.Min(Start + PerPage, MaxResults);

    public static Paging Read(QueryReader query)
    {
        var paging = new Paging(
            query.Number("page", 0, MaxResults, 0),
            query.Number("per_page", 1, MaxPerPage, DefaultPerPage),
            query.Flag("include_totals", otherwise: false),
            query.Has("page") || query.Has("per_page") || query.Has("include_totals"));
        return paging.Start <= MaxResults ? paging
            : throw new ManagementRefusedException($"page ({paging.Page}) and per_page ({paging.PerPage}) lead beyond the first {MaxResults} results.");
    }

    /// <summary>An array, or with <c>include_totals</c> an object round it.</summary>
    /// <param name="name">What the object calls the array.</param>
    /// <param name="total">How many results there are.</param>
    /// <param name="results">All results up to the end of the page.</param>
    public ManagementAnswer Answer(string name, int total, IEnumerable<JsonObject> results)
    {
        JsonArray array = [.. results.Take(End).Skip(Start)];
        return ManagementAnswer.Json<JsonNode>(
            IncludeTotals ? new JsonObject { ["start"] = Start, ["limit"] = PerPage, ["total"] = total, [name] = array } : array);
    }
}
