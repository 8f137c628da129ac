namespace RefreshTokenRotation;

/// <summary>A family that was started.</summary>
public sealed record IssueResult
{
    internal IssueResult(RefreshToken refreshToken, TokenFamilyInfo family, AccessToken? accessToken, IReadOnlyList<TokenFamilyInfo> evicted)
    {
        RefreshToken = refreshToken;
        Family = family;
        AccessToken = accessToken;
        Evicted = evicted;
    }

    /// <summary>The family's first token, only for the client.</summary>
    public RefreshToken RefreshToken { get; }

    /// <summary>The new family.</summary>
    public TokenFamilyInfo Family { get; }

    /// <summary>What <see cref="IssueRequest.CreateAccessToken"/> produced; null if there was none.</summary>
    public AccessToken? AccessToken { get; }

    /// <summary>The oldest families of this user and client, which the cap revoked and deleted.</summary>
    public IReadOnlyList<TokenFamilyInfo> Evicted { get; }
}
