using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>One refresh token: its data, its end, its metadata.</summary>
public sealed class RefreshTokenResourceTests
{
    [Test]
    public async Task Resource_has_the_members_of_the_seeds_and_nothing_secret()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.Tokens.IssueAsync(new IssueRequest
        {
            Subject = "auth0|7",
            ClientId = "spa",
            Scopes = ["openid", "read"],
            Resources = [Clients.Api1, Clients.Api2],
            SessionId = "s1",
            SenderKeyThumbprint = null,
            Device = new DeviceInfo { IpAddress = "192.0.2.1", UserAgent = "Firefox", Name = "Laptop" },
            Metadata = new Dictionary<string, string> { ["plan"] = "gold" },
        });
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var refreshed = await host.TokenAsync(
            $"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}", request => request.Headers.UserAgent.ParseAdd("curl/8"));

        var answer = await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}");

        answer.ShouldBe(200);
        var start = issued.Family.CreatedAt.UtcDateTime;
        answer.Json.Should().BeEquivalentTo(System.Text.Json.JsonSerializer.SerializeToElement(new
        {
            id = issued.Id(),
            user_id = "auth0|7",
            client_id = "spa",
            session_id = "s1",
            rotating = true,
            created_at = start,
            expires_at = start.AddDays(30),
            idle_expires_at = start.AddMinutes(1).AddDays(15),
            last_exchanged_at = start.AddMinutes(1),
            device = new { initial_ip = "192.0.2.1", initial_user_agent = "Firefox", last_ip = "127.0.0.1", last_user_agent = "curl/8" },
            resource_servers = new[] { new { audience = Clients.Api1, scopes = "openid read" }, new { audience = Clients.Api2, scopes = "openid read" } },
            refresh_token_metadata = new { plan = "gold" },
        }), options => options.ComparingByValue<System.Text.Json.JsonElement>().Using<System.Text.Json.JsonElement>(pair =>
            pair.Subject.GetRawText().Should().Be(pair.Expectation.GetRawText())).WhenTypeIs<System.Text.Json.JsonElement>());
        answer.Text.Should().NotContain(refreshed.RefreshToken![4..]);
    }

    [Test]
    public async Task Resource_without_expiry_session_and_device_says_null()
    {
        await using var host = await Admin.StartAsync(setup => setup.Policy(RotationPolicy.Fapi with { ExpirationType = ExpirationType.NonExpiring }));
        var issued = await host.IssueAsync(resources: "", scope: "read");

        var resource = (await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}")).Json;

        foreach (var name in (string[])["session_id", "expires_at", "idle_expires_at", "last_exchanged_at"])
        {
            resource.GetProperty(name).ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null, "{0} is not known", name);
        }

        resource.GetProperty("rotating").GetBoolean().Should().BeFalse();
        resource.GetProperty("resource_servers").GetRawText().Should().Be("""[{"audience":"","scopes":"read"}]""");
        resource.GetProperty("refresh_token_metadata").GetRawText().Should().Be("{}");
    }

    [Test]
    public async Task Id_stays_through_rotations()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();
        var token = issued.RefreshToken.Reveal();
        for (var i = 0; i < 3; i++)
        {
            token = (await host.RefreshAsync(token)).RefreshToken!;
            (await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}")).ShouldBe(200);
        }

        (await host.AdminAsync("GET", $"/refresh-tokens/{issued.Family.FamilyId:D}")).ShouldBe(200);
    }

    [Test]
    public async Task Unknown_revoked_and_expired_tokens_are_not_found()
    {
        await using var host = await Admin.StartAsync();
        var (revoked, expired) = (await host.IssueAsync(), await host.IssueAsync());
        await host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(revoked.Family.FamilyId));
        host.Time.Advance(TimeSpan.FromDays(30));

        foreach (var id in new[] { revoked.Id(), expired.Id(), Operation.SomeId })
        {
            (await host.AdminAsync("GET", $"/refresh-tokens/{id}")).ShouldBe(404);
            (await host.AdminAsync("PATCH", $"/refresh-tokens/{id}", """{"refresh_token_metadata":{"a":"b"}}""")).ShouldBe(404);
            (await host.AdminAsync("DELETE", $"/refresh-tokens/{id}")).ShouldBe(202);
        }

        (await host.Families.FindAsync(expired.Family.FamilyId))!.Metadata.Should().BeEmpty();
    }

    [Test]
    public async Task Deleted_token_is_refused_from_then_on()
    {
        await using var host = await Admin.StartAsync();
        var (issued, other) = (await host.IssueAsync(), await host.IssueAsync());

        var answer = await host.AdminAsync("DELETE", $"/refresh-tokens/{issued.Id()}");

        answer.ShouldBe(202);
        answer.Body.Should().BeEmpty();
        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
        (await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}")).ShouldBe(404);
        (await host.Families.FindAsync(issued.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.Administrator);
        await host.ShouldStillExchangeAsync(other.RefreshToken);
    }

    [TestCase("GET")]
    [TestCase("DELETE")]
    [TestCase("PATCH")]
    public async Task Id_that_can_be_none_is_not_found(string method)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync(method, "/refresh-tokens/rtr_abc", method == "PATCH" ? """{"refresh_token_metadata":null}""" : null)).ShouldBe(404, "The refresh token does not exist.");
    }

    [Test]
    public async Task Metadata_are_replaced_carried_over_rotation_and_cleared()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();

        var set = await PatchAsync("""{"a":"1","b":"ü"}""");
        var replaced = await PatchAsync("""{"c":""}""");
        await host.RefreshAsync(issued.RefreshToken.Reveal());
        var carried = await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}");

        Metadata(set).Should().Be("""{"a":"1","b":"ü"}""");
        Metadata(replaced).Should().Be("""{"c":""}""");
        Metadata(carried).Should().Be("""{"c":""}""");
        Metadata(await PatchAsync("null")).Should().Be("{}");
        await PatchAsync("""{"d":"1"}""");
        Metadata(await PatchAsync("{}")).Should().Be("{}");

        Task<Answer> PatchAsync(string metadata) => host.AdminAsync("PATCH", $"/refresh-tokens/{issued.Id()}", $$"""{"refresh_token_metadata":{{metadata}}}""");

        static string Metadata(Answer answer) => System.Text.RegularExpressions.Regex.Unescape(answer.Json.GetProperty("refresh_token_metadata").GetRawText());
    }

    [Test]
    public async Task Metadata_at_their_bounds_are_taken_and_beyond_refused()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();
        string Long(char c, int length) => new(c, length);

        (await PatchAsync(Enumerable.Range(0, 25).ToDictionary(i => $"k{i}", _ => Long('v', 255)))).ShouldBe(200);
        (await PatchAsync(new() { [Long('k', 255)] = "v" })).ShouldBe(200);
        (await PatchAsync(Enumerable.Range(0, 26).ToDictionary(i => $"k{i}", _ => "v"))).ShouldBe(400, "refresh_token_metadata has 26 entries; at most 25 are allowed");
        (await PatchAsync(new() { ["k"] = Long('v', 256) })).ShouldBe(400, "a value of 256 characters");
        (await PatchAsync(new() { [Long('k', 256)] = "v" })).ShouldBe(400, "1 to 255 characters of A-Za-z0-9_-");
        (await PatchAsync(new() { ["k y"] = "v" })).ShouldBe(400, "1 to 255 characters of A-Za-z0-9_-");
        (await PatchAsync(new() { [""] = "v" })).ShouldBe(400, "1 to 255 characters");
        (await PatchAsync(new() { ["k"] = "a\nb" })).ShouldBe(400, "control character");
        (await host.Families.FindAsync(issued.Family.FamilyId))!.Metadata.Should().ContainSingle("what is refused changes nothing");

        Task<Answer> PatchAsync(Dictionary<string, string> metadata) => host.AdminAsync(
            "PATCH", $"/refresh-tokens/{issued.Id()}", System.Text.Json.JsonSerializer.Serialize(new { refresh_token_metadata = metadata }));
    }

    [TestCase("{}", "refresh_token_metadata (missing) must be an object of texts, which replaces all metadata, or null")]
    [TestCase("""{"refresh_token_metadata":[]}""", "refresh_token_metadata ([]) must be an object of texts")]
    [TestCase("""{"refresh_token_metadata":{"a":1}}""", "must be an object of texts")]
    [TestCase("""{"refresh_token_metadata":{"a":null}}""", "refresh_token_metadata has a value of 0 characters, or none")]
    [TestCase("""{"refresh_token_metadata":{},"id":"x"}""", "'id' is unknown")]
    public async Task Metadata_of_another_form_are_refused(string body, string message)
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();

        (await host.AdminAsync("PATCH", $"/refresh-tokens/{issued.Id()}", body)).ShouldBe(400, message);
    }
}
