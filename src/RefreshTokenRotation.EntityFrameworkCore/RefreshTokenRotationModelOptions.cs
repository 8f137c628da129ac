namespace RefreshTokenRotation.EntityFrameworkCore;

/// <summary>The names of the store's tables in a model.</summary>
public sealed class RefreshTokenRotationModelOptions
{
    /// <summary>The schema of the tables.</summary>
    /// <value>Default: null, the model's own.</value>
    public string? Schema { get; set; }

    /// <summary>The table of the families: one row each.</summary>
    /// <value>Default: <c>RefreshTokenFamilies</c>. Not empty.</value>
    public string FamiliesTable { get; set; } = "RefreshTokenFamilies";

    /// <summary>The table of the policies that were set at run time: one row per client.</summary>
    /// <value>Default: <c>RefreshTokenPolicies</c>. Not empty.</value>
    public string PoliciesTable { get; set; } = "RefreshTokenPolicies";

    /// <summary>The table whose rows log-ins lock, so that those of one user and client come one after the other: at most 1,024 rows.</summary>
    /// <value>Default: <c>RefreshTokenLocks</c>. Not empty.</value>
    public string LocksTable { get; set; } = "RefreshTokenLocks";

    /// <summary>The table of used proofs and assertions: one row each until it expires. <c>UseEntityFrameworkCoreReplayStore()</c> needs it.</summary>
    /// <value>Default: null, there is none; <c>RefreshTokenReplays</c> in <see cref="RefreshTokenRotationDbContext"/>. Not empty.</value>
    public string? ReplaysTable { get; set; }

    /// <summary>The collation of every text column. Comparisons must distinguish upper from lower case, and every accent.</summary>
    /// <value>Default: null, the database's own, as is right on PostgreSQL. Elsewhere a binary one: see docs/ef-core.md.</value>
    public string? Collation { get; set; }
}
