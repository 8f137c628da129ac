namespace RefreshTokenRotation.Torture.Setups;

/// <summary>The set-ups that must show nothing.</summary>
internal static class SetupCatalogue
{
    public static IReadOnlyDictionary<string, Func<Setup>> All { get; } = new Dictionary<string, Func<Setup>>
    {
        ["postgresql"] = static () => new PostgresSetup("postgresql"),
        ["postgresql-failover"] = static () => new FailoverSetup("postgresql-failover"),
        ["postgresql-pgbouncer"] = static () => new PostgresSetup("postgresql-pgbouncer") { IsPooled = true },
        ["ef-postgresql"] = static () => new PostgresSetup("ef-postgresql", "EntityFrameworkCore"),
        ["sqlite"] = static () => new SqliteSetup("sqlite"),
        ["redis"] = static () => new RedisSetup("redis"),
        ["redis-cluster"] = static () => new RedisClusterSetup("redis-cluster"),
    };
}
