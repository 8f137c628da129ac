using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Requests that look odd and are right.</summary>
public sealed class MustSucceedTests
{
    private TestHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await TestHost.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase("&scope=", TestName = "Empty_scope_is_accepted")]
    [TestCase("&scope=+", TestName = "Blank_scope_is_accepted")]
    [TestCase("&resource=&audience=", TestName = "Empty_resource_is_accepted")]
    [TestCase("&scope=&scope=openid+read+write+offline_access", TestName = "Empty_value_beside_another_is_accepted")]
    [TestCase("&x=1&x=2&X=3&=&&y", TestName = "Unknown_parameters_are_accepted")]
    [TestCase("&redirect_uri=https://app.example/callback", TestName = "Redirect_uri_is_ignored")]
    [TestCase("&REFRESH_TOKEN=x&Client_Id=y", TestName = "Names_in_other_case_are_other_names")]
    [TestCase("&resource=https://api1.example/&resource=https://api1.example/", TestName = "Resource_twice_is_accepted")]
    [TestCase("&resource=https%3A%2F%2Fapi1.example%2F&audience=https://api1.example/", TestName = "Resource_and_audience_are_accepted")]
    [TestCase("&%=%&%zz=%4", TestName = "Percent_signs_without_escape_stand_for_themselves")]
    public async Task Form_is_accepted(string more)
    {
        var issued = await _host.IssueAsync();

        var answer = await _host.RefreshAsync(issued.RefreshToken.Reveal(), more);

        ((int)answer.Status).Should().Be(200, answer.Text);
        answer.Member("scope").Should().Be("openid read write offline_access");
    }

    [TestCase("application/x-www-form-urlencoded; charset=UTF-8")]
    [TestCase("application/x-www-form-urlencoded; charset=utf8")]
    [TestCase("application/x-www-form-urlencoded; charset=us-ascii")]
    [TestCase("application/x-www-form-urlencoded; charset=ISO-8859-1")]
    [TestCase("application/x-www-form-urlencoded;charset=utf-8")]
    [TestCase("application/x-www-form-urlencoded; charset=\"utf-8\"")]
    [TestCase("APPLICATION/X-WWW-FORM-URLENCODED")]
    [TestCase("application/x-www-form-urlencoded; x=y")]
    public async Task Content_type_is_accepted(string type)
    {
        var issued = await _host.IssueAsync();

        var answer = await _host.TokenAsync($"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}", request =>
        {
            request.Content!.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        });

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [Test]
    public async Task Identity_encoding_is_accepted()
    {
        var issued = await _host.IssueAsync();

        var answer = await _host.TokenAsync(
            $"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}",
            request => request.Content!.Headers.ContentEncoding.Add("identity"));

        ((int)answer.Status).Should().Be(200);
    }

    [Test]
    public async Task Several_resources_inside_the_grant_are_accepted_and_the_shortest_lifetime_holds()
    {
        var issued = await _host.IssueAsync(resources: $"{Clients.Api1} {Clients.Api2}");

        var answer = await _host.RefreshAsync(issued.RefreshToken.Reveal(), $"&resource={Clients.Api1}&resource={Clients.Api2}");

        answer.Json.GetProperty("expires_in").GetInt64().Should().Be(600);
        _host.Issuer.Requests.Last().Resources.Should().Equal(Clients.Api1, Clients.Api2);
    }

    [TestCase("")]
    [TestCase("&client_id=web")]
    public async Task Basic_authenticates(string more)
    {
        var issued = await _host.IssueAsync(Clients.Confidential);

        var answer = await _host.TokenAsync(
            $"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}{more}", request => request.Basic(Clients.Confidential, Clients.Secret));

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [Test]
    public async Task Basic_with_an_empty_password_names_a_public_client()
    {
        var issued = await _host.IssueAsync();

        var answer = await _host.TokenAsync(
            $"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}", request => request.Basic(Clients.Public, string.Empty));

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [TestCase("utf8")]
    [TestCase("\"UTF-8\"")]
    [TestCase("us-ascii")]
    [TestCase("ISO-8859-1")]
    public async Task Charset_whose_bytes_are_those_of_utf8_is_read(string charset)
    {
        var issued = await _host.IssueAsync();

        var answer = await _host.TokenAsync($"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}", request =>
        {
            request.Content!.Headers.ContentType = null;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", $"application/x-www-form-urlencoded; charset={charset}");
        });

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [TestCase(Clients.Secret)]
    [TestCase(Clients.FormerSecret)]
    public async Task Secret_in_the_body_authenticates(string secret)
    {
        var issued = await _host.IssueAsync(Clients.Confidential);

        var answer = await _host.RefreshAsync(issued.RefreshToken.Reveal(), $"&client_secret={Uri.EscapeDataString(secret)}", Clients.Confidential);

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [Test]
    public async Task Awkward_id_and_secret_authenticate_in_both_ways()
    {
        var issued = await _host.IssueAsync(Clients.AwkwardId);
        var (id, secret) = (Uri.EscapeDataString(Clients.AwkwardId), Uri.EscapeDataString(Clients.AwkwardSecret));

        var byHeader = await _host.TokenAsync(
            $"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}", request => request.Basic(Clients.AwkwardId, Clients.AwkwardSecret));
        var byBody = await _host.RefreshAsync(byHeader.RefreshToken!, $"&client_secret={secret}", id);

        ((int)byHeader.Status).Should().Be(200, byHeader.Text);
        ((int)byBody.Status).Should().Be(200, byBody.Text);
    }

    [Test]
    public async Task Token_with_every_character_escaped_is_accepted()
    {
        var issued = await _host.IssueAsync();
        var escaped = string.Concat(issued.RefreshToken.Reveal().Select(c => $"%{(int)c:x2}"));

        ((int)(await _host.RefreshAsync(escaped)).Status).Should().Be(200);
    }
}
