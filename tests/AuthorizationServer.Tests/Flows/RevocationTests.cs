using System.Net;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class RevocationTests
{
    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [Test]
    public async Task Revoked_token_is_worth_nothing_and_neither_is_its_successor()
    {
        var first = await _backend.PasswordAsync();
        var second = await _backend.RefreshAsync("legacy", first["refresh_token"]!);

        var reply = await RevokeAsync("legacy", first);

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Text.Should().BeEmpty();
        (await _backend.RefreshAsync("legacy", second["refresh_token"]!)).Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Client_can_not_revoke_what_is_anothers()
    {
        var tokens = await _backend.PasswordAsync();

        var reply = await RevokeAsync("spa", tokens);

        reply["error"].Should().Be("invalid_grant");
        (await _backend.RefreshAsync("legacy", tokens["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Client_that_may_introspect_learns_what_a_token_is_worth()
    {
        var tokens = await _backend.PasswordAsync();
        var refresh = await IntrospectAsync(tokens["refresh_token"]!);
        var access = await IntrospectAsync(tokens["access_token"]!);
        await RevokeAsync("legacy", tokens);

        access["active"].Should().Be("True");
        access["client_id"].Should().Be("legacy");
        access["sub"].Should().Be("alice");
        refresh.Text.Should().Be("""{"active":false}""", "it is another client's refresh token");
        (await IntrospectAsync(tokens["access_token"]!)).Text.Should().Be("""{"active":false}""", "its family has ended");
        (await IntrospectAsync("guessed")).Text.Should().Be("""{"active":false}""");
    }

    [Test]
    public async Task Others_may_not_introspect()
    {
        var tokens = await _backend.PasswordAsync();

        var reply = await _backend.PostAsync("/oauth/introspect", ("client_id", "spa"), ("token", tokens["refresh_token"]));

        reply.Text.Should().NotContain("alice").And.NotContain("true");
    }

    private Task<Reply> RevokeAsync(string client, Reply tokens) =>
        _backend.PostAsync("/oauth/revoke", ("client_id", client), ("token", tokens["refresh_token"]));

    private Task<Reply> IntrospectAsync(string token) => _backend.PostAsAsync("web", "web-secret", "/oauth/introspect", ("token", token));
}
