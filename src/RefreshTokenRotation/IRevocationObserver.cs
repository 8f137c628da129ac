namespace RefreshTokenRotation;

/// <summary>Called when this node has ended families, for caches that must not outlive them, such as a deny list's; not for what other nodes end. Unlike an
/// <see cref="IRefreshTokenEventHandler"/>, it runs before the revoking call returns, so it must return at once. A singleton, and thread-safe.</summary>
public interface IRevocationObserver
{
    /// <summary>Families have ended, or may have ended because the store failed meanwhile: ask again. An exception is logged.</summary>
    /// <param name="filter">Which families: one by its <see cref="TokenFamilyFilter.FamilyId"/>, or all that match.</param>
    void OnRevoked(TokenFamilyFilter filter);
}
