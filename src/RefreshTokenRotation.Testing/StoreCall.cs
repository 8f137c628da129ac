namespace RefreshTokenRotation.Testing;

/// <summary>The methods of <see cref="ITokenStore"/>.</summary>
public enum StoreCall
{
    /// <summary><see cref="ITokenStore.AddAsync"/>.</summary>
    Add = 1,

    /// <summary><see cref="ITokenStore.FindAsync"/>.</summary>
    Find = 2,

    /// <summary><see cref="ITokenStore.CompareAndSwapAsync"/>.</summary>
    CompareAndSwap = 3,

    /// <summary><see cref="ITokenStore.ListAsync"/>.</summary>
    List = 4,

    /// <summary><see cref="ITokenStore.RevokeAsync"/>.</summary>
    Revoke = 5,

    /// <summary><see cref="ITokenStore.PruneAsync"/>.</summary>
    Prune = 6,
}
