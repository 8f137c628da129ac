using System.Net;
using AuthorizationServer.Tests.Support;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operation;

/// <summary>Two servers on one PostgreSQL, started at the same moment, as a load balancer would have them.</summary>
[TestFixture]
internal sealed class TwoInstanceTests
{
    private readonly string _database = "sample_" + Guid.NewGuid().ToString("N");
    private ServerProcess[] _servers = [];
    private Backend _here = null!;
    private Backend _there = null!;
    private Browser _browser = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        await ExecuteAsync($"CREATE DATABASE {_database}");
        var connection = new NpgsqlConnectionStringBuilder(TestServer.ConnectionString) { Database = _database }.ConnectionString;
        string[] arguments = ["--store", "postgres", "--connection", connection, "--issuer", "http://localhost:5000/", "--AttemptsPerMinute", "1000000"];
        _servers = await Task.WhenAll(ServerProcess.StartAsync(arguments), ServerProcess.StartAsync(arguments));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await ExecuteAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");
    }

    [SetUp]
    public void SetUp() => (_here, _there, _browser) = (new(_servers[0].Origin), new(_servers[1].Origin), new(_servers[0].Origin));

    [TearDown]
    public void TearDown()
    {
        _here.Dispose();
        _there.Dispose();
        _browser.Dispose();
    }

    [Test]
    public async Task Page_of_one_is_answered_by_the_other_and_its_session_is_known_to_both()
    {
        var page = await _browser.GetAsync(new CodeRequest().Address);
        var form = new Dictionary<string, string>(page.Form.Fields) { ["username"] = "alice", ["password"] = "pw" };

        var signedIn = await _browser.PostAsync(There("/login"), form);

        signedIn.Status.Should().Be(HttpStatusCode.SeeOther);
        (await _browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address)).Callback.Should().ContainKey("code");
        (await _browser.GetAsync(There(new CodeRequest("spa", ("prompt", "none")).Address))).Callback.Should().ContainKey("code");
    }

    [Test]
    public async Task Code_of_one_is_exchanged_at_the_other_and_its_tokens_at_both()
    {
        var request = new CodeRequest();
        var answer = await _browser.AuthorizeAsync(request);

        var first = await _there.TokenAsync(request.Redemption(answer.Callback["code"]));
        var second = await _here.RefreshAsync("spa", first["refresh_token"]!);
        var third = await _there.RefreshAsync("spa", second["refresh_token"]!);
        var replay = await _here.RefreshAsync("spa", first["refresh_token"]!);

        third.Status.Should().Be(HttpStatusCode.OK);
        replay.Status.Should().Be(HttpStatusCode.Forbidden);
        (await _there.RefreshAsync("spa", third["refresh_token"]!)).Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task Code_that_is_used_at_both_at_once_leaves_no_family()
    {
        var request = new CodeRequest();
        var answer = await _browser.AuthorizeAsync(request);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            (i % 2 == 0 ? _here : _there).TokenAsync(request.Redemption(answer.Callback["code"]))));

        var answered = replies.Where(reply => reply.Status == HttpStatusCode.OK).ToList();
        answered.Should().HaveCountLessThanOrEqualTo(1);
        foreach (var tokens in answered)
        {
            (await _here.RefreshAsync("spa", tokens["refresh_token"]!)).Status.Should().Be(HttpStatusCode.Forbidden);
        }
    }

    [Test]
    public async Task Device_asks_one_and_the_user_answers_the_other()
    {
        var device = await _here.PostAsync("/oauth/device/code", ("client_id", "tv"));
        using var browser = new Browser(_servers[1].Origin);
        await browser.LogInAsync();
        var decision = await browser.GetAsync("/activate?user_code=" + device["user_code"]);
        await browser.SubmitAsync(decision, ("decision", "allow"));

        var tokens = await _here.TokenAsync(
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", "tv"), ("device_code", device["device_code"]));

        tokens.Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Access_token_of_one_opens_the_api_of_the_other()
    {
        var tokens = await _here.PasswordAsync();

        (await _there.GetAsync("/api/messages", tokens["access_token"]))["user"].Should().Be("alice");
    }

    [Test]
    public async Task Log_out_at_one_ends_the_session_at_both()
    {
        await _browser.LogInAsync();
        var cookie = _browser.Cookie("session");
        await _browser.PostAsync(There("/logout"), (await _browser.GetAsync(There("/"))).Form.Fields);

        _browser.Cookies.Add(new Cookie("session", cookie, "/", "localhost"));

        (await _browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address)).Callback.Should().Contain("error", "login_required");
    }

    private string There(string path) => _servers[1].Origin + path;

    private static async Task ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(TestServer.ConnectionString);
#pragma warning disable CA2100 // The database's name is made here.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
