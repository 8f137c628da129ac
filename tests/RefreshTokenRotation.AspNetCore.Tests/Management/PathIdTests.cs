using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Ids in paths are decoded once.</summary>
public sealed class PathIdTests
{
    [TestCase("a%2Fb", "a/b")]
    [TestCase("a%2fb", "a/b")]
    [TestCase("a%252Fb", "a%2Fb")]
    [TestCase("a%25252Fb", "a%252Fb")]
    [TestCase("%252F%2F%C3%BC", "%2F/ü")]
    [TestCase("a%20b", "a b")]
    [TestCase("a%2Fb/", "a/b")]
    public async Task Id_is_what_was_escaped(string escaped, string user)
    {
        await using var host = await Admin.StartAsync();
        await IssueAsync(host, user);
        await IssueAsync(host, "another");

        var isWithSlash = escaped.EndsWith('/');
        var path = $"/api/v2/users/{escaped.TrimEnd('/')}/refresh-tokens{(isWithSlash ? "/" : string.Empty)}?take=10";
        var answer = await host.SendRawAsync(
            $"GET {path} HTTP/1.1\r\nHost: {host.Address.Authority}\r\nConnection: close\r\n"
            + $"X-Claims: sub=admin;aud=management;scope=read:refresh_tokens\r\n\r\n");

        answer.Should().StartWith("HTTP/1.1 200").And.Contain("\"client_id\":\"spa\"");
    }

    private static ValueTask<IssueResult> IssueAsync(TestHost host, string user) =>
        host.Tokens.IssueAsync(new IssueRequest { Subject = user, ClientId = Clients.Public, Scopes = ["offline_access"] });
}
