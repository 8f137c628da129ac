namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>A page by number, as the lists of device credentials and grants have it. Who wants pages that hold still while rows come and go walks
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
