using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Revocation;

/// <summary>What is refused, and that nothing is revoked then.</summary>
[TestFixture]
internal sealed class RevocationRefusalTests
{
    private const string Path = "/oauth/revoke";

    private TestHost _host = null!;
    private IssueResult _public = null!;
    private IssueResult _confidential = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _host = await TestHost.StartAsync();
        _public = await _host.IssueAsync();
        _confidential = await _host.IssueAsync(Clients.Confidential);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        var families = await _host.Families.ListAsync(new TokenFamilyFilter { Subject = "alice" });
        families.Families.Should().HaveCount(2).And.OnlyContain(family => family.RevokedAt == null, "a refused request revokes nothing");
        await _host.ShouldStillExchangeAsync(_public.RefreshToken);
        await _host.ShouldStillExchangeAsync(_confidential.RefreshToken, Clients.Confidential);
        await _host.DisposeAsync();
    }

    [TestCase("")]
    [TestCase("&token=")]
    [TestCase("&TOKEN={token}")]
    [TestCase("&refresh_token={token}")]
    [TestCase("&token={token}&token={token}")]
    [TestCase("&token={token}&token=other")]
    [TestCase("&token={token}&token_type_hint=a&token_type_hint=a")]
    [TestCase("&token={token}&client_id=spa")]
    public async Task Missing_and_repeated_parameters_are_invalid(string more) =>
        (await _host.PostAsync(Path, Fill($"client_id={Clients.Public}{more}"))).ShouldBeError(400, "invalid_request");

    [Test]
    public async Task Token_in_the_address_is_not_read()
    {
        (await _host.PostAsync($"{Path}?token={_public.RefreshToken.Reveal()}", $"client_id={Clients.Public}")).ShouldBeError(400, "invalid_request");

        _host.Logs.Entries.Where(entry => entry.Category!.StartsWith("RefreshTokenRotation", StringComparison.Ordinal))
            .Should().NotContain(entry => entry.Message.Contains(_public.RefreshToken.Reveal()) || entry.Values().Contains(_public.RefreshToken.Reveal()));
    }

    [TestCase("GET", "?client_id=spa&token={token}")]
    [TestCase("GET", "?client_id=spa&token={token}&callback=f")]
    [TestCase("DELETE", "?client_id=spa&token={token}")]
    [TestCase("PUT", "")]
    public async Task Other_methods_are_not_allowed(string method, string query)
    {
        var answer = await _host.SendAsync(new HttpRequestMessage(new HttpMethod(method), Path + Fill(query)));

        answer.ShouldBeError(405, "invalid_request");
        answer.Header("Allow").Should().Be("POST");
    }

    [Test]
    public async Task Token_of_another_client_is_refused_and_told_of()
    {
        (await _host.PostAsync(Path, Fill($"client_id={Clients.OtherPublic}&token={{token}}"))).ShouldBeError(400, "invalid_grant");
        (await PostAsOtherAsync(Fill("token={token}"))).ShouldBeError(400, "invalid_grant");
        (await PostAsOtherAsync(Fill("token={confidential}"))).ShouldBeError(400, "invalid_grant");
    }

    [TestCase("token={confidential}")]
    [TestCase("client_id=unknown&token={confidential}")]
    [TestCase("client_id=WEB&token={confidential}")]
    [TestCase("client_id=web&token={confidential}")]
    [TestCase("client_id=web&client_secret=wrong&token={confidential}")]
    [TestCase("client_id=spa&client_secret=any&token={token}")]
    public async Task Client_must_authenticate_first(string form) =>
        (await _host.PostAsync(Path, Fill(form))).ShouldBeError(400, "invalid_client");

    [Test]
    public async Task Wrong_secret_in_the_header_is_challenged()
    {
        var answer = await _host.PostAsync(Path, Fill("token={confidential}"), request => request.Basic(Clients.Confidential, "wrong"));

        answer.ShouldBeError(401, "invalid_client");
        answer.Header("WWW-Authenticate").Should().StartWith("Basic realm=\"");
    }

    [Test]
    public async Task Secret_in_the_address_authenticates_nobody() =>
        (await _host.PostAsync($"{Path}?client_secret={Uri.EscapeDataString(Clients.Secret)}", Fill("client_id=web&token={confidential}")))
            .ShouldBeError(400, "invalid_client");

    [Test]
    public async Task Client_is_authenticated_before_the_token_is_looked_up()
    {
        var before = _host.Store.History.Count;

        await _host.PostAsync(Path, Fill("client_id=web&client_secret=wrong&token={confidential}"));
        await _host.PostAsync(Path, Fill("client_id=unknown&token={token}"));

        _host.Store.History.Should().HaveCount(before);
    }

    private Task<Answer> PostAsOtherAsync(string form) =>
        _host.PostAsync(Path, form, request => request.Basic(Clients.OtherConfidential, "another secret"));

    private string Fill(string text) => text
        .Replace("{token}", _public.RefreshToken.Reveal(), StringComparison.Ordinal)
        .Replace("{confidential}", _confidential.RefreshToken.Reveal(), StringComparison.Ordinal);
}
