namespace RefreshTokenRotation.EntityFrameworkCore;

/// <summary>The settings of the Entity Framework Core store. They are validated when the host starts.</summary>
public sealed class EntityFrameworkCoreStoreOptions
{
    /// <summary>Whether the host creates the tables of <see cref="RefreshTokenRotationDbContext"/> at startup if they are missing. It upgrades nothing.</summary>
    /// <value>Default: false. Must be false with the host's own context, whose migrations create them.</value>
    public bool CreateSchema { get; set; }

    /// <summary>How long a node may miss a run-time policy change of another node. Its own changes apply at once.</summary>
    /// <value>Default: 5 s. From zero (every exchange asks the database) to 5 minutes.</value>
    public TimeSpan PolicyCacheTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may take. Beyond it the call is an outage and its outcome is looked up.</summary>
    /// <value>Default: null, as the context says. From 1 s to 1 hour, in whole seconds.</value>
    public TimeSpan? CommandTimeout { get; set; }

    /// <summary>How long each statement of a revocation or deletion of many families (of a user, a client, a tenant) may take. It runs in batches of 500, each
    /// committed. If it is cut short, what is done stays done, and the same call again does the rest.</summary>
    /// <value>Default: null, as long as it takes. From 1 s to 1 day, in whole seconds.</value>
    public TimeSpan? RevocationTimeout { get; set; }
}
