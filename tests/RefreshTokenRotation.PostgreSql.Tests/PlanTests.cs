using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>No statement walks the table. REFRESH_TOKEN_ROTATION_LARGE=1 takes a million families in place of 20,000.</summary>
[NonParallelizable]
public sealed class PlanTests
{
    private TestSchema _schema = null!;
    private Statements _sql = null!;

    private static readonly DateTimeOffset Now = Families.Now;

    private static IEnumerable<TestCaseData> Filters()
    {
        // Each names a small part of the table, as filters do; a filter that matches all of it may walk it.
        var tenant = new TokenFamilyFilter { TenantId = "tenant-7" };
        static TestCaseData Case(TokenFamilyFilter filter, string name) => new TestCaseData(filter).SetArgDisplayNames(name);
        yield return Case(tenant, "tenant");
        yield return Case(tenant with { Subject = "user-7" }, "user");
        yield return Case(tenant with { Subject = "user-7", ClientId = "client-7" }, "owner");
        yield return Case(tenant with { ClientId = "client-7" }, "client");
        yield return Case(tenant with { SessionId = "session-7" }, "session");
        yield return Case(tenant with { AuthorizationId = "code-7" }, "authorization");
        yield return Case(tenant with { FamilyId = Guid.Empty }, "family");
        yield return Case(tenant with { Subject = "user-7", Resource = "api" }, "grant");
        yield return Case(tenant with { ClientId = "client-7", RotationType = RotationType.NonRotating, State = FamilyState.Active }, "kind and state");
        yield return Case(tenant with { ClientId = "client-7", CreatedNoLaterThan = Now }, "log-in");
    }

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        _schema = await TestSchema.CreateAsync();
        _sql = new Statements(new TableNames(_schema.Name, PostgreSqlSchema.DefaultTableName));
        await _schema.ExecuteAsync(
            $"""
            INSERT INTO {_schema.Table} (lookup_key, family_id, version, kind, generation, secret_hash, created_at, rotated_at, leeway_until, recover_until,
                absolute_expires_at, idle_expires_at, last_used_at, revoked_at, authentication_time, prune_bucket, revocation_reason, tenant_id, subject,
                client_id, session_id, authorization_id)
            SELECT sha256(i::text::bytea), md5(i::text)::uuid, 1, 1, 0, sha256(i::text::bytea), {Now.UtcTicks} - i, 0, 0, 0,
                {Now.UtcTicks} + (i % 90) * {TimeSpan.TicksPerDay}, 0, 0, 0, 0, {PruneDay.Of(Now)} + i % 90, 0, 'tenant-' || i % 400, 'user-' || i % 5000,
                'client-' || i % 200, 'session-' || i, 'code-' || i
            FROM generate_series(1, {(Scale.IsLarge ? 1_000_000 : 20_000)}) AS i
            """);
        await _schema.ExecuteAsync($"ANALYZE {_schema.Table}");
    }

    [OneTimeTearDown]
    public async Task DropAsync() => await _schema.DisposeAsync();

    [Test]
    public async Task Find_is_on_an_index([Values] bool generic)
    {
        using var find = new PooledCommand(_sql.Find);
        find.Begin().Bind(Families.Opaque(7));

        await CheckAsync(find.Command, generic);
    }

    [Test]
    public async Task Swap_is_on_an_index([Values] bool generic)
    {
        using var swap = new PooledCommand(_sql.Swap);
        var family = Families.Create();
        swap.Begin().BindChanges(family).Bind(family.Grant.LookupKey).Bind(1);

        await CheckAsync(swap.Command, generic);
    }

    [Test]
    public async Task Find_and_swap_of_several_are_on_an_index_by_one_plan_for_any_number([Values] bool swaps)
    {
        var plans = new List<string>();
        foreach (var generic in (bool[])[true, false])
        {
            foreach (var count in (int[])[1, StatementQueue<int, int>.MaxBatch])
            {
                using var several = new PooledRows(swaps ? _sql.SwapSeveral : _sql.FindSeveral);
                var rows = several.Begin();
                foreach (var family in Enumerable.Range(0, count).Select(static _ => Families.Create()))
                {
                    rows.BeginRow();
                    (swaps ? rows.BindChanges(family) : rows).Bind(family.Grant.LookupKey);
                    if (swaps)
                    {
                        rows.Bind(1);
                    }
                }

                plans.Add(await CheckAsync(several.Command, generic));
            }
        }

        plans.Distinct().Should().ContainSingle();
    }

    [Test]
    public async Task Add_is_on_indexes([Values] bool generic)
    {
        using var add = new NpgsqlCommand(_sql.Add);
        AddFamilyOperation.Bind(new Parameters(add.Parameters), Families.Create("user-7", "client-7", "tenant-7"), 10, Now);

        await CheckAsync(add, generic);
    }

    [TestCaseSource(nameof(Filters))]
    public async Task List_revoke_and_delete_are_on_indexes(TokenFamilyFilter filter)
    {
        var query = new TokenFamilyQuery(filter, new TokenFamilyCursor(Now.AddTicks(-5000), Guid.Empty), 50, Now);
        await CheckAsync(conditions => _sql.List(conditions.Page(query, conditions.Of(filter, Now))));
        foreach (var delete in new[] { false, true })
        {
            foreach (var after in new[] { null, query.After })
            {
                var batch = new RevokeFamiliesOperation(null!, filter, new FamilyRevocation(Now, RevocationReason.User, Now, delete), after);
                await CheckAsync(conditions => batch.Build(_sql, conditions));
            }
        }
    }

    [Test]
    public async Task Prune_is_on_indexes([Values] bool generic)
    {
        using var prune = new NpgsqlCommand(_sql.Prune);
        new Parameters(prune.Parameters).Bind(PruneDay.Of(Now) + 1).Bind(Now.UtcTicks).Bind(100);

        await CheckAsync(prune, generic);
    }

    private async Task CheckAsync(Func<FamilyConditions, string> build)
    {
        var conditions = PostgreSqlTokenStore.Conditions();
        using var command = new NpgsqlCommand(build(conditions));
        conditions.BindTo(new Parameters(command.Parameters));
        await CheckAsync(command, generic: false);
    }

    private async Task<string> CheckAsync(NpgsqlCommand command, bool generic)
    {
        await using var connection = await _schema.Source.OpenConnectionAsync();
        await using var mode = new NpgsqlCommand($"SET plan_cache_mode = {(generic ? "force_generic_plan" : "force_custom_plan")}", connection);
        await mode.ExecuteNonQueryAsync();
        command.Connection = connection;
        command.CommandText = $"EXPLAIN {command.CommandText}";
        var plan = new List<string>();
        await using var lines = await command.ExecuteReaderAsync();
        while (await lines.ReadAsync())
        {
            plan.Add(lines.GetString(0));
        }

        var text = string.Join('\n', plan);
        text.Should().Contain("Index").And.NotContain($"Seq Scan on {PostgreSqlSchema.DefaultTableName}");
        return text;
    }
}
