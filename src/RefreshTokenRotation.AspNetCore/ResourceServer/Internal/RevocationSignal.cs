namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Passes on what this node revokes. A thing of its own: the cache that hears it needs the engine that tells it.</summary>
internal sealed class RevocationSignal : IRevocationObserver
{
    /// <summary>Hears which families may have ended.</summary>
    public Action<TokenFamilyFilter>? Heard { get; set; }

    public void OnRevoked(TokenFamilyFilter filter) => Heard?.Invoke(filter);
}
