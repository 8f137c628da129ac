using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Ends a user's sessions, with their refresh tokens or without.</summary>
public sealed class AccessRevocationTests
{
    private const string Path = "/users/alice/revoke-access";

    [TestCase("{}", "first second none")]
    [TestCase("""{"session_id":"s1"}""", "first")]
    [TestCase("""{"session_id":"s1","preserve_refresh_tokens":false}""", "first")]
    [TestCase("""{"session_id":"s3"}""", "")]
    public async Task Refresh_tokens_of_the_user_or_of_one_session_end(string body, string ended)
    {
        await using var host = await Admin.StartAsync();
        var families = new Dictionary<string, IssueResult>
        {
            ["first"] = await IssueAsync(host, "alice", "s1"),
            ["second"] = await IssueAsync(host, "alice", "s2"),
            ["none"] = await IssueAsync(host, "alice", null),
            ["bob"] = await IssueAsync(host, "bob", "s1"),
        };

        var answer = await host.AdminAsync("POST", Path, body);

        answer.ShouldBe(202);
        answer.Body.Should().BeEmpty();
        foreach (var (name, family) in families)
        {
            (await host.IsAliveAsync(family)).Should().Be(!ended.Split(' ').Contains(name), "this is {0}", name);
        }

        host.Logs.Of(317).Should().ContainSingle().Which.Message.Should().Contain("alice");
    }

    [TestCase("""{"session_id":"s1","preserve_refresh_tokens":true}""", "s1", true)]
    [TestCase("""{"session_id":"s1"}""", "s1", false)]
    [TestCase("{}", null, false)]
    public async Task Sessions_of_the_host_end_before_the_tokens_do(string body, string? session, bool isPreserved)
    {
        IssueResult? issued = null;
        var ended = new List<(string User, string? Session, bool Alive)>();
        TestHost? started = null;
        await using var host = await Admin.StartAsync(setup => setup.Endpoints(options => options.EndSessions = EndAsync));
        started = host;
        issued = await IssueAsync(host, "alice", "s1");

        (await host.AdminAsync("POST", Path, body)).ShouldBe(202);

        ended.Should().Equal(("alice", session, true));
        (await host.IsAliveAsync(issued)).Should().Be(isPreserved);

        async ValueTask EndAsync(HttpContext context, string userId, string? sessionId) => ended.Add((userId, sessionId, await started!.IsAliveAsync(issued!)));
    }

    [Test]
    public async Task Host_that_fails_to_end_a_session_is_an_outage_and_the_tokens_stay_for_the_retry()
    {
        await using var host = await Admin.StartAsync(setup => setup.Endpoints(options => options.EndSessions = static (_, _, _) => throw new TimeoutException()));
        var issued = await IssueAsync(host, "alice", "s1");

        (await host.AdminAsync("POST", Path, "{}")).ShouldBe(503);

        (await host.IsAliveAsync(issued)).Should().BeTrue();
        host.Logs.Of(316).Should().ContainSingle();
    }

    [TestCase("""{"preserve_refresh_tokens":true}""", "preserve_refresh_tokens (true) leaves nothing to revoke")]
    [TestCase("""{"session_id":null}""", "session_id (null) must be a text of 1 to 255 characters")]
    [TestCase("""{"session_id":""}""", "session_id must be a text of 1 to 255 characters")]
    [TestCase("""{"preserve_refresh_tokens":"yes"}""", "preserve_refresh_tokens (\"yes\") must be true or false")]
    [TestCase("""{"session":"s1"}""", "'session' is unknown; known are session_id, preserve_refresh_tokens")]
    public async Task Request_that_is_wrong_ends_nothing(string body, string message)
    {
        await using var host = await Admin.StartAsync();
        var issued = await IssueAsync(host, "alice", "s1");

        (await host.AdminAsync("POST", Path, body)).ShouldBe(400, message);

        (await host.IsAliveAsync(issued)).Should().BeTrue();
    }

    private static async Task<IssueResult> IssueAsync(TestHost host, string user, string? session) =>
        await host.Tokens.IssueAsync(new IssueRequest { Subject = user, ClientId = "spa", SessionId = session });
}
