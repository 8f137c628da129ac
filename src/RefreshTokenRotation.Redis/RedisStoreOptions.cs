namespace RefreshTokenRotation.Redis;

/// <summary>The settings of the Redis store. They are validated when the host starts.</summary>
public sealed class RedisStoreOptions
{
    /// <summary>What the name of every key begins with. Stores with different prefixes share nothing.</summary>
    /// <value>Default: <c>rtr</c>. 1 to 40 characters of <c>a-z</c>, <c>A-Z</c>, <c>0-9</c>, <c>_</c> and <c>-</c>.</value>
    public string KeyPrefix { get; set; } = "rtr";

    /// <summary>What a completed write must survive. The host does not start if the server's settings guarantee less, or let the server evict families.</summary>
    /// <value>Default: <see cref="RedisDurability.EveryWrite"/>.</value>
    public RedisDurability Durability { get; set; } = RedisDurability.EveryWrite;

    /// <summary>How many replicas must confirm a write (<c>WAIT</c>), or the call is an outage. A replica that is promoted lacks what it had not received.</summary>
    /// <value>Default: null: if the server has replicas, the host does not start, so that you choose. From 0 (don't wait) to 16. Above 0, give the store a
    /// connection of its own: a wait holds up whatever else shares it.</value>
    public int? ReplicasToWaitFor { get; set; }

    /// <summary>For how long a write waits for <see cref="ReplicasToWaitFor"/> replicas.</summary>
    /// <value>Default: 1 s. From 10 ms to 1 minute; below the connection's <c>asyncTimeout</c>.</value>
    public TimeSpan ReplicationTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a node may miss a run-time policy change of another node. Its own changes apply at once.</summary>
    /// <value>Default: 5 s. From zero (every exchange asks the server) to 5 minutes.</value>
    public TimeSpan PolicyCacheTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a revocation or deletion of many families (of a user, a client, a tenant) may take. It works in batches, and begins none after this time:
    /// the call is then an outage; what is done stays done, and the same call again does the rest.</summary>
    /// <value>Default: null, as long as it takes. From 1 s to 1 day, in whole seconds.</value>
    public TimeSpan? RevocationTimeout { get; set; }
}
