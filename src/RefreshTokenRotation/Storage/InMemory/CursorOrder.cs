namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>The order of lists: by log-in time, then by family id.</summary>
internal static class CursorOrder
{
    public static IComparer<TokenFamilyCursor> Ascending { get; } = Comparer<TokenFamilyCursor>.Create(Compare);

    public static IComparer<TokenFamilyCursor> Descending { get; } = Comparer<TokenFamilyCursor>.Create(static (x, y) => Compare(y, x));

    private static int Compare(TokenFamilyCursor x, TokenFamilyCursor y)
    {
        var byTime = x.CreatedAt.CompareTo(y.CreatedAt);
        return byTime != 0 ? byTime : x.FamilyId.CompareTo(y.FamilyId);
    }
}
