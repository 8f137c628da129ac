using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>One address leads to several PostgreSQL servers, and a server changes what it may do. A session that is not the primary's never decides about a token.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RoleChangeTests
{
    private const int Sessions = 4;

    [Test]
    public async Task Sessions_that_one_address_leads_to_a_standby_are_an_outage_and_are_left_for_the_primary([Values(ContextKind.Own, ContextKind.Scoped)] ContextKind kind)
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This test starts servers of its own: ./test.sh installs them.");
        await using var primary = await PostgresServer.StartAsync(binaries);
        await using var standby = await primary.StartStandbyAsync();
        await using var proxy = new CuttingProxy("127.0.0.1", primary.Port);
        await using var database = await TestDatabase.CreateAsync(kind, primary.ConnectionString);
        var direct = database.Node(RotationPolicy.Spa);
        var time = new FakeTime();
        var node = database.Node(RotationPolicy.Spa, time, server: new NpgsqlConnectionStringBuilder(primary.ConnectionString) { Port = proxy.Port }.ConnectionString);

        // The standby has a log-in, and neither its revocation nor a newer log-in.
        var revoked = await IssueAsync(direct);
        await WaitForReplayAsync(primary, standby);
        await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
        (await direct.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice"))).Should().Be(1);
        var newer = await IssueAsync(direct);

        proxy.LeadTo(standby.Port);
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => IsOutageAsync(() => ExchangeAsync(node, newer))));
        await IsOutageAsync(() => IntrospectAsync(node, revoked));
        await IsOutageAsync(async () => await node.GetRequiredService<ITokenFamilyManager>().ListAsync(TokenFamilyFilter.ForUser("alice")));
        await IsOutageAsync(async () => await node.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice")));
        await IsOutageAsync(async () => await node.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForClient("nobody")));
        await IsOutageAsync(() => IssueAsync(node));
        var policies = node.GetRequiredService<IRotationPolicyStore>();
        await FluentActions.Awaiting(() => policies.ReadAsync("spa", string.Empty, CancellationToken.None).AsTask()).Should().ThrowAsync<Exception>();
        await FluentActions.Awaiting(() => policies.TrySetAsync("spa", string.Empty, RotationPolicy.Spa, null, CancellationToken.None).AsTask()).Should().ThrowAsync<Exception>();

        proxy.LeadTo(primary.Port);
        newer = await GoOnAsync(node, newer, time);
        (await IntrospectAsync(node, revoked)).Should().BeOfType<IntrospectResult.Inactive>();
        (await policies.TrySetAsync("spa", string.Empty, RotationPolicy.Spa, null, CancellationToken.None)).Should().BeTrue();
        (await ExchangeAsync(node, newer)).Should().BeOfType<ExchangeResult.Succeeded>();
    }

    [Test]
    public async Task Sessions_that_were_opened_while_the_server_was_read_only_are_left_when_it_writes_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var role = await TestLogin.CreateAsync(database);
        var time = new FakeTime();
        var node = database.Node(RotationPolicy.Spa, time, server: role.ConnectionString);
        await role.SetReadOnlyAsync(true);
        var tokens = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => IssueAsync(database.Node(RotationPolicy.Spa))));
        foreach (var token in tokens)
        {
            await IsOutageAsync(() => ExchangeAsync(node, token));
        }

        await role.SetReadOnlyAsync(false);
        time.Advance(TimeSpan.FromSeconds(1));

        var results = await Task.WhenAll(tokens.Select(token => ExchangeAsync(node, token)));
        results.Should().AllBeOfType<ExchangeResult.Succeeded>();
    }

    private static IssueRequest Login => new() { Subject = "alice", ClientId = "spa" };

    private static async Task<RefreshToken> IssueAsync(ServiceProvider node) => (await node.GetRequiredService<IRefreshTokenService>().IssueAsync(Login)).RefreshToken;

    private static async Task<ExchangeResult> ExchangeAsync(ServiceProvider node, RefreshToken token) =>
        await node.GetRequiredService<IRefreshTokenService>().ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

    private static async Task<IntrospectResult> IntrospectAsync(ServiceProvider node, RefreshToken token) =>
        await node.GetRequiredService<IRefreshTokenService>().IntrospectAsync(new IntrospectRequest { RefreshToken = token });

    private static Task IsOutageAsync(Func<Task> call) => FluentActions.Awaiting(call).Should().ThrowAsync<RefreshTokenUnavailableException>();

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
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        return result.Should().BeOfType<ExchangeResult.Succeeded>($"it is {(result as ExchangeResult.Rejected)?.Reason}").Subject.RefreshToken;
    }

    private static async Task WaitForReplayAsync(PostgresServer primary, PostgresServer standby)
    {
        var written = await ExecuteAsync(primary, "SELECT pg_current_wal_flush_lsn()::text");
        await Eventually.HoldsAsync(async () => await ExecuteAsync(standby, $"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn") is true, "the standby has what the primary wrote");
    }

    private static async Task<object?> ExecuteAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionString};Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A role of one test's own that may do everything, and that the server can make read only.</summary>
    private sealed class TestLogin(TestDatabase database) : IAsyncDisposable
    {
        private readonly string _name = $"r{Guid.NewGuid():N}";

        public string ConnectionString => new NpgsqlConnectionStringBuilder(TestServer.ConnectionString) { Username = _name, Password = _name }.ConnectionString;

        public static async Task<TestLogin> CreateAsync(TestDatabase database)
        {
            var login = new TestLogin(database);
            await database.ExecuteAsync($"CREATE ROLE {login._name} SUPERUSER LOGIN PASSWORD '{login._name}'");
            return login;
        }

        public Task SetReadOnlyAsync(bool isReadOnly) =>
            database.ExecuteAsync($"ALTER ROLE {_name} {(isReadOnly ? "SET default_transaction_read_only = on" : "RESET default_transaction_read_only")}");

        public async ValueTask DisposeAsync()
        {
            await database.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{_name}'");
            await database.ExecuteAsync($"DROP ROLE {_name}");
        }
    }
}
