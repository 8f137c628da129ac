using System.Net;
using AuthorizationServer.Tests.Support;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operation;

/// <summary>The sample while its database stands still: a lock of the test's on the table of the families is the gate.</summary>
[TestFixture]
internal sealed class OverloadTests
{
    private const int Places = 3;
    private const int TooMany = 4;

    private readonly string _database = "overload_" + Guid.NewGuid().ToString("N");

    private string Connection => new NpgsqlConnectionStringBuilder(TestServer.ConnectionString) { Database = _database }.ConnectionString;

    [OneTimeSetUp]
    public Task CreateAsync() => ExecuteAsync($"CREATE DATABASE {_database}");

    [OneTimeTearDown]
    public Task DropAsync() => ExecuteAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");

    [Test]
    public async Task Requests_beyond_the_places_get_503_consume_nothing_and_leave_the_pages_alone()
    {
        await using var server = await StartAsync("--ConcurrentExchanges", "3", "--ExchangeTimeLimit", "00:20:00");
        using var client = new Backend(server.Origin);
        var tokens = new List<string>();
        for (var i = 0; i < Places + TooMany; i++)
        {
            tokens.Add((await client.PasswordAsync())["refresh_token"]!);
        }

        await using var gate = await LockAsync();
        var requests = tokens.Select(token => client.RefreshAsync("legacy", token)).ToList();
        var rejected = new List<Task<Reply>>();
        while (rejected.Count < TooMany)
        {
            rejected.Add(await Task.WhenAny(requests.Except(rejected)).WaitAsync(Eventually.Patience));
        }

        foreach (var task in rejected)
        {
            ShouldBeUnavailable(await task);
        }

        (await client.GetAsync("/.well-known/openid-configuration")).Status.Should().Be(HttpStatusCode.OK);
        (await client.GetAsync("/login")).Status.Should().Be(HttpStatusCode.OK);
        requests.Except(rejected).Should().OnlyContain(held => !held.IsCompleted);
        await gate.DisposeAsync();
        (await Task.WhenAll(requests.Except(rejected))).Should().OnlyContain(reply => reply.Status == HttpStatusCode.OK);

        // Without leeway, a token that had been consumed would be a replay.
        foreach (var task in rejected)
        {
            (await client.RefreshAsync("legacy", tokens[requests.IndexOf(task)])).Status.Should().Be(HttpStatusCode.OK);
        }
    }

    [Test]
    public async Task Store_that_does_not_answer_gets_503_in_bounded_time_and_consumes_nothing()
    {
        await using var server = await StartAsync("--ExchangeTimeLimit", "00:00:03");
        using var client = new Backend(server.Origin);
        string? token = null;
        await Eventually.HoldsAsync(async () => (token = (await client.PasswordAsync())["refresh_token"]) is not null, "the log-in is in time once the server is warm");

        Reply answer;
        await using (await LockAsync())
        {
            answer = await client.RefreshAsync("legacy", token!);
        }

        ShouldBeUnavailable(answer);
        await Eventually.HoldsAsync(async () => (await client.RefreshAsync("legacy", token!)).Status == HttpStatusCode.OK, "the token is still good");
    }

    private Task<ServerProcess> StartAsync(params string[] more) =>
        ServerProcess.StartAsync(["--store", "postgres", "--connection", Connection, "--AttemptsPerMinute", "1000000", .. more]);

    /// <summary>From now on every statement on the families waits, until what is returned is disposed.</summary>
    private async Task<NpgsqlConnection> LockAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE refresh_token_families IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static void ShouldBeUnavailable(Reply reply)
    {
        reply.Status.Should().Be(HttpStatusCode.ServiceUnavailable, reply.Text);
        reply.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.Zero);
        reply["error"].Should().Be("temporarily_unavailable");
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(TestServer.ConnectionString);
#pragma warning disable CA2100 // The database's name is made here.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
