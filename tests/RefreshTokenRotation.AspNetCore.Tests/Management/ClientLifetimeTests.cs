using System.Text.Json;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>A lifetime that is named holds: an infinite one that was set before ends with it.</summary>
public sealed class ClientLifetimeTests
{
    private const string Endless = """{"rotation_type":"non-rotating","infinite_token_lifetime":true,"infinite_idle_token_lifetime":true}""";

    [TestCase("""{"token_lifetime":1296000}""", false, true)]
    [TestCase("""{"idle_token_lifetime":"86400"}""", true, false)]
    [TestCase("""{"token_lifetime":1296000,"idle_token_lifetime":86400}""", false, false)]
    [TestCase("""{"token_lifetime":1296000,"infinite_token_lifetime":true}""", true, true)]
    [TestCase("""{"idle_token_lifetime":86400,"infinite_idle_token_lifetime":true}""", true, true)]
    [TestCase("""{"idle_token_lifetime":null}""", true, true)]
    [TestCase("""{"leeway":5}""", true, true)]
    public async Task Named_lifetime_ends_its_infinite_flag_unless_that_is_named_too(string settings, bool infinite, bool infiniteIdle)
    {
        await using var host = await Admin.StartAsync();
        (await host.PatchSettingsAsync(Endless)).ShouldBe(200);

        var answer = await host.PatchSettingsAsync(settings);

        answer.ShouldBe(200);
        var shown = answer.Json.GetProperty("refresh_token");
        shown.GetProperty("infinite_token_lifetime").GetBoolean().Should().Be(infinite);
        shown.GetProperty("infinite_idle_token_lifetime").GetBoolean().Should().Be(infiniteIdle);
    }

    [Test]
    public async Task Change_of_the_seeds_leaves_no_token_without_an_end()
    {
        await using var host = await Admin.StartAsync();
        await host.PatchSettingsAsync(Endless);
        var issued = await host.IssueAsync();
        issued.Family.AbsoluteExpiresAt.Should().BeNull();

        (await host.PatchSettingsAsync("""{"rotation_type":"rotating","expiration_type":"expiring","token_lifetime":"2592000","leeway":3}""")).ShouldBe(200);
        var token = (await host.RefreshAsync(issued.RefreshToken.Reveal())).RefreshToken!;
        var later = await host.IssueAsync();
        host.Time.Advance(TimeSpan.FromDays(30));

        (await host.RefreshAsync(token)).ShouldBeError(400, "invalid_grant");
        (await host.RefreshAsync(later.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Number_that_its_flag_overrides_is_not_measured()
    {
        await using var host = await Admin.StartAsync();

        var answer = await host.PatchSettingsAsync("""{"infinite_token_lifetime":true,"token_lifetime":315360000,"idle_token_lifetime":86400}""");

        answer.ShouldBe(200);
        answer.Json.GetProperty("refresh_token").GetProperty("token_lifetime").GetInt64().Should().Be(315_360_000);
        (await host.PatchSettingsAsync("""{"infinite_token_lifetime":false}""")).ShouldBe(400, "token_lifetime (315360000 s) must be between 1 s and MaximumLifetime");
    }

    [Test]
    public async Task Disabling_leaves_the_end_that_the_log_in_had()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();

        (await host.PatchSettingsAsync("""{"rotation_type":"reusable","expiration_type":"non-expiring"}""")).ShouldBe(200);
        var token = (await host.RefreshAsync(issued.RefreshToken.Reveal())).RefreshToken!;
        var resource = (await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}")).Json;
        host.Time.Advance(TimeSpan.FromDays(30));

        resource.GetProperty("expires_at").GetDateTime().Should().Be(issued.Family.CreatedAt.UtcDateTime.AddDays(30));
        resource.GetProperty("idle_expires_at").ValueKind.Should().Be(JsonValueKind.Null);
        (await host.RefreshAsync(token)).ShouldBeError(400, "invalid_grant");
    }
}
