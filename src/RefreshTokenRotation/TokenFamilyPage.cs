namespace RefreshTokenRotation;

/// <summary>A page of a list.</summary>
public sealed record TokenFamilyPage
{
    internal TokenFamilyPage(IReadOnlyList<TokenFamilyInfo> families, TokenFamilyCursor? next)
    {
        Families = families;
        Next = next;
    }

    /// <summary>The families, oldest log-in first.</summary>
    public IReadOnlyList<TokenFamilyInfo> Families { get; }

    /// <summary>Where the next page begins; null if this is the last one.</summary>
    public TokenFamilyCursor? Next { get; }
}
