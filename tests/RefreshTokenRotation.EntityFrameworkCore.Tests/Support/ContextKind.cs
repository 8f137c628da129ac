namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>Whose context the store uses, and how it is registered.</summary>
public enum ContextKind
{
    /// <summary>The store's own.</summary>
    Own,

    /// <summary>The host's, by AddDbContext.</summary>
    Scoped,

    /// <summary>The host's, by AddDbContextPool.</summary>
    Pool,

    /// <summary>The host's, by AddDbContextFactory.</summary>
    Factory,

    /// <summary>The host's, by a factory that is scoped.</summary>
    ScopedFactory,

    /// <summary>The host's, by AddPooledDbContextFactory.</summary>
    PooledFactory,
}
