using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>One address leads to several servers, and a server changes what it may do. A session that is not the primary's never decides about a token.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RoleChangeTests
{
    private const int Sessions = 8;

    [Test]
    public async Task Sessions_that_one_address_leads_to_a_standby_are_an_outage_and_are_left_for_the_primary()
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This test starts servers of its own: ./test.sh installs them.");
        await using var primary = await PostgresServer.StartAsync(binaries);
        await using var standby = await primary.StartStandbyAsync();
        await using var proxy = new CuttingProxy("127.0.0.1", primary.Port);
        await using var schema = await TestSchema.CreateAsync(primary.ConnectionString);
        var address = new NpgsqlConnectionStringBuilder(schema.ConnectionString) { Port = proxy.Port, MaxPoolSize = Sessions }.ConnectionString;
        await using var source = NpgsqlDataSource.Create(address);
        var direct = schema.Node(RotationPolicy.Spa);
        var time = new FakeTime();
        ServiceProvider[] nodes = [schema.Node(RotationPolicy.Spa, time, address), Node(schema, source, time)];

        // The standby has a log-in, and neither its revocation nor a newer log-in.
        var revoked = await IssueAsync(direct);
        await WaitForReplayAsync(primary, standby);
        await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
        var ended = await direct.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice"));
        var newer = await IssueAsync(direct);
        ended.Should().Be(1);

        proxy.LeadTo(standby.Port);
        foreach (var node in nodes)
        {
            // All at once, so that each pool holds several sessions of the standby afterwards.
            await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => IsOutageAsync(() => ExchangeAsync(node, newer))));
            await Task.WhenAll(Enumerable.Range(0, 2 * Sessions).Select(_ => IsOutageAsync(() => IntrospectAsync(node, revoked))));
            await IsOutageAsync(async () => await node.GetRequiredService<ITokenFamilyManager>().ListAsync(TokenFamilyFilter.ForUser("alice")));
            await IsOutageAsync(async () => await node.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice")));
            await IsOutageAsync(async () => await node.GetRequiredService<IRefreshTokenService>().IssueAsync(Login));
        }

        // A host does not start there, wherever the address leads later.
        await TestHost.FailsAsync(() => TestHost.RunAsync(schema, address), "*standby*Name the primary*");

        // The address leads to the primary again, and the pools hold sessions of the standby.
        await FillAsync(source);
        proxy.LeadTo(primary.Port);
        foreach (var node in nodes)
        {
            newer = await GoOnAsync(node, newer, time);
            (await IntrospectAsync(node, revoked)).Should().BeOfType<IntrospectResult.Inactive>();
        }

        // The standby has received everything when the primary dies, and takes over.
        await WaitForReceiptAsync(primary, standby);
        proxy.LeadTo(standby.Port);
        await primary.KillAsync();
        await IsOutageAsync(() => ExchangeAsync(nodes[0], newer));
        await standby.PromoteAsync();
        foreach (var node in nodes)
        {
            newer = await GoOnAsync(node, newer, time);
            (await IntrospectAsync(node, revoked)).Should().BeOfType<IntrospectResult.Inactive>();
        }

        await primary.StartAsync();
    }

    [Test]
    public async Task Sessions_that_were_opened_while_the_server_was_read_only_are_left_when_it_writes_again([Values] bool ownDataSource)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var role = await TestRole.CreateAsync(schema, "SUPERUSER");
        var address = new NpgsqlConnectionStringBuilder(role.ConnectionString) { MaxPoolSize = Sessions }.ConnectionString;
        await using var source = NpgsqlDataSource.Create(address);
        var time = new FakeTime();
        var node = ownDataSource ? schema.Node(RotationPolicy.Spa, time, address) : Node(schema, source, time);
        var tokens = await Task.WhenAll(Enumerable.Range(0, 5 * Sessions).Select(_ => IssueAsync(node)));
        await role.CutAsync();
        await schema.ExecuteAsync($"ALTER ROLE {role.Name} SET default_transaction_read_only = on");
        await Task.WhenAll(tokens.Select(async token =>
        {
            try
            {
                await ExchangeAsync(node, token);
            }
            catch (RefreshTokenUnavailableException)
            {
                // The first ones meet sessions that were ended, and the others a server that refuses to write.
            }
        }));
        // For a second after a vain repeat no session is opened for another: nothing can write anyhow.
        await FillAsync(ownDataSource ? node.GetRequiredService<Database>().Source : source);
        var before = await SessionsAsync(schema, role);
        for (var call = 0; call < 5; call++)
        {
            await IsOutageAsync(() => ExchangeAsync(node, tokens[0]));
        }

        (await SessionsAsync(schema, role)).Should().Be(before);
        await schema.ExecuteAsync($"ALTER ROLE {role.Name} RESET default_transaction_read_only");
        time.Advance(TimeSpan.FromSeconds(1));

        for (var round = 0; round < 3; round++)
        {
            var results = await Task.WhenAll(tokens.Select(token => ExchangeAsync(node, token)));
            tokens = [.. results.Select(result => result.Should().BeOfType<ExchangeResult.Succeeded>().Subject.RefreshToken)];
        }
    }

    [Test]
    public async Task Session_that_the_role_may_not_end_goes_with_the_pool()
    {
        await using var server = TestSchema.Missing();
        var database = $"d{Guid.NewGuid():N}";
        await server.ExecuteAsync($"CREATE DATABASE {database}");
        try
        {
            await using var schema = await TestSchema.CreateAsync($"{TestServer.ConnectionString};Database={database}");
            await schema.ExecuteAsync("REVOKE EXECUTE ON FUNCTION pg_terminate_backend FROM PUBLIC");
            await using var role = await TestRole.CreateAsync(schema);
            await role.GrantAsync();
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(role.ConnectionString) { MaxPoolSize = Sessions }.ConnectionString);
            var node = Node(schema, source, TimeProvider.System);
            var token = await IssueAsync(schema.Node(RotationPolicy.Spa));
            await schema.ExecuteAsync($"ALTER ROLE {role.Name} SET default_transaction_read_only = on");
            await FillAsync(source);
            await schema.ExecuteAsync($"ALTER ROLE {role.Name} RESET default_transaction_read_only");

            (await ExchangeAsync(node, token)).Should().BeOfType<ExchangeResult.Succeeded>();
        }
        finally
        {
            await server.ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    private static IssueRequest Login => new() { Subject = "alice", ClientId = "spa" };

    private static ServiceProvider Node(TestSchema schema, NpgsqlDataSource source, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa).UsePostgreSql(source, options => options.SchemaName = schema.Name);
        return schema.Keep(services.BuildServiceProvider());
    }

    private static async Task<RefreshToken> IssueAsync(ServiceProvider node) => (await node.GetRequiredService<IRefreshTokenService>().IssueAsync(Login)).RefreshToken;

    private static async Task<ExchangeResult> ExchangeAsync(ServiceProvider node, RefreshToken token) =>
        await node.GetRequiredService<IRefreshTokenService>().ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

    private static async Task<IntrospectResult> IntrospectAsync(ServiceProvider node, RefreshToken token) =>
        await node.GetRequiredService<IRefreshTokenService>().IntrospectAsync(new IntrospectRequest { RefreshToken = token });

    /// <summary>What a client does: it repeats until the outage is over. No other answer than a success may come in between.</summary>
    private static async Task<RefreshToken> GoOnAsync(ServiceProvider node, RefreshToken token, FakeTime time)
    {
        ExchangeResult? result = null;
        for (var tries = 0; tries < 3 * Sessions && result is null; tries++)
        {
            try
            {
                result = await ExchangeAsync(node, token);
            }
            catch (RefreshTokenUnavailableException)
            {
                // Each try leaves some of the sessions behind, and after a vain one the next is made a second later.
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        return result.Should().BeOfType<ExchangeResult.Succeeded>().Subject.RefreshToken;
    }

    private static Task IsOutageAsync(Func<Task> call) => FluentActions.Awaiting(call).Should().ThrowAsync<RefreshTokenUnavailableException>();

    /// <summary>Opens as many sessions as the pool takes.</summary>
    private static async Task FillAsync(NpgsqlDataSource source)
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => source.OpenConnectionAsync().AsTask()));
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }
    }

    private static Task<string> SessionsAsync(TestSchema schema, TestRole role) =>
        schema.ScalarAsync<string>($"SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM pg_stat_activity WHERE usename = '{role.Name}'");

    private static Task WaitForReplayAsync(PostgresServer primary, PostgresServer standby) => WaitAsync(primary, standby, "pg_last_wal_replay_lsn()");

    private static Task WaitForReceiptAsync(PostgresServer primary, PostgresServer standby) => WaitAsync(primary, standby, "pg_last_wal_receive_lsn()");

    private static async Task WaitAsync(PostgresServer primary, PostgresServer standby, string place)
    {
        var written = await ExecuteAsync(primary, "SELECT pg_current_wal_flush_lsn()::text");
        await Eventually.HoldsAsync(async () => await ExecuteAsync(standby, $"SELECT {place} >= '{written}'::pg_lsn") is true, "the standby has what the primary wrote");
    }

    private static async Task<object?> ExecuteAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionString};Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
