namespace RefreshTokenRotation.Storage;

/// <summary>Stores families. The engine calls each of the six methods, and needs nothing else.</summary>
/// <remarks>
/// <para>Every method is thread-safe. No transaction spans two calls. An add and a compare-and-swap are one step each. The other methods may work in
/// steps, as long as nobody sees a half-written row.</para>
/// <para>A cancelled call throws <see cref="OperationCanceledException"/>, which, like an outage, leaves open whether a write happened. Even then, an add or a
/// compare-and-swap happens completely or not at all. A revocation or pruning stops between two steps, and keeps what is done. If the token was cancelled
/// before the call, nothing is written.</para>
/// <para>An ambient transaction (<see cref="System.Transactions.Transaction.Current"/>) does not cover the store: its rollback undoes no completed call, and no
/// find within it sees an older state. Most database drivers enlist connections by default: switch that off, or
/// open them in a <see cref="System.Transactions.TransactionScope"/> that suppresses the transaction.</para>
/// <para>Reads are linearizable: a find that begins after a write has returned sees it. If the database has replicas, the store reads from the primary.</para>
/// <para>A conflict is a return value; an exception is an outage, and says nothing about whether a write happened.</para>
/// <para>Time is always passed in: a store reads no clock. Times are kept as UTC ticks, which exceed 2^53: a script or a document that reads them as doubles
/// loses digits (<see cref="TokenFamilyJson"/> writes them as text). Strings compare ordinally, so case matters.</para>
/// <para>Register it as a singleton.</para>
/// </remarks>
public interface ITokenStore
{
    /// <summary>How many ended families of one owner (tenant, subject and client) an add leaves at most, whatever pruning does: 1,000. So a client that keeps
    /// logging in and out can't fill the store.</summary>
    const int MaxEndedPerOwner = 1000;

    /// <summary>How many of an owner's ended families, the newest ones, an add never deletes: 900.</summary>
    const int KeptEndedPerOwner = 900;

    /// <summary>Whether the store keeps <see cref="TokenFamily.Trail"/>: its add and its compare-and-swap write it, its find and its list read it, and its revocation
    /// clears it. Policies with a leeway over several generations (<see cref="RotationPolicy.LeewayGenerations"/>) need such a store.</summary>
    /// <value>Default: false. Such policies are then rejected, at startup and at every change.</value>
    bool KeepsTrail => false;

    /// <summary>Adds a family, and evicts the oldest active ones of its tenant, subject and client beyond the cap.</summary>
    /// <param name="family">The new family; its lookup key and family id are unique.</param>
    /// <param name="activeCap">How many active families there may be afterwards, the new one among them; at least 1.</param>
    /// <param name="now">The time that decides which families have expired.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The families that were evicted, as they were; empty if none.</returns>
    /// <remarks>
    /// <para>Adding and evicting are one step, and adds of one owner (tenant, subject and client) are serial: parallel log-ins never leave more than the cap.</para>
    /// <para>Oldest is the smallest <see cref="TokenFamily.CurrentTokenIssuedAt"/>; among equal ones, any. Revoked and expired families do not count and are not
    /// evicted. The added family is never evicted, whatever the clocks say.</para>
    /// <para>Eviction deletes. A victim that changed since it was chosen (an exchange made it the newest) is spared and another is chosen.</para>
    /// <para>The same step deletes ended (revoked or expired) families of the owner, the smallest <see cref="TokenFamily.CurrentTokenIssuedAt"/> first,
    /// so that no more than <see cref="MaxEndedPerOwner"/> are left in addition to the added one. It spares the newest <see cref="KeptEndedPerOwner"/>; between the
    /// two limits, a store may delete as it likes. It does not report them: they ended before. A store may leave this to pruning alone and say so.</para>
    /// <para>Adding a lookup key that already exists succeeds, changes nothing and evicts nothing: it is a repeat. Adding a family id that already exists with
    /// another lookup key throws and changes nothing. Family ids are random, so a store may leave this check out and say so.</para>
    /// </remarks>
    ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Finds a family by its lookup key.</summary>
    /// <param name="lookupKey">The key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The family, active or ended; null if there is none.</returns>
    ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken);

    /// <summary>Replaces a family's row if nobody has written it since.</summary>
    /// <param name="family">The new row. Its <see cref="FamilyGrant"/> is the stored one; its version is <paramref name="expectedVersion"/> + 1.</param>
    /// <param name="expectedVersion">The version that the stored row must have.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True if the row was replaced; false if it has another version or is gone, and then nothing was written.</returns>
    /// <remarks>Of any number of parallel calls with one expected version, exactly one returns true. The row is durable before the call returns.</remarks>
    ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>Lists a page of families.</summary>
    /// <param name="query">Filter, place, limit and time.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>At most <see cref="TokenFamilyQuery.Limit"/> families, in order.</returns>
    /// <remarks>
    /// <para>In ascending order of log-in time; families of one log-in time by their id, as <see cref="Guid.CompareTo(Guid)"/> orders.</para>
    /// <para>A list need not be a snapshot: each row is whole, as it was at some moment of the call. A family that exists and matches during the
    /// whole of the call, or of a walk through the pages, appears exactly once. A family that is added or deleted, or starts or stops matching, may appear or not.</para>
    /// </remarks>
    ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken);

    /// <summary>Revokes, or deletes, every family that matches.</summary>
    /// <param name="filter">Which families.</param>
    /// <param name="revocation">What to write.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many rows were changed or deleted.</returns>
    /// <remarks>
    /// <para>Rows that are already revoked are left as they are, unless they are to be deleted. The others get <see cref="TokenFamily.RevokedAt"/>,
    /// the reason, no salt, no trail, and the next version, as <see cref="TokenFamily.Revoke"/> does.</para>
    /// <para>Every family that matched when the call began is revoked when it returns, even one that rotated meanwhile:
    /// a compare-and-swap that expected the former version fails. Each family has its own moment: a large set is revoked in batches of bounded
    /// size. Families that are added after the call began may be revoked too.</para>
    /// </remarks>
    ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken);

    /// <summary>Deletes families that ended long ago.</summary>
    /// <param name="endedBefore">Families that were revoked, or whose absolute or idle lifetime was over, before this instant.</param>
    /// <param name="limit">How many at most; at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were deleted; fewer than the limit if no more are left.</returns>
    /// <remarks>Never deletes an active family, and never blocks an exchange. Safe on several nodes at once.
    /// A family that is added again while the call works in batches may be deleted again.</remarks>
    ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken);
}
