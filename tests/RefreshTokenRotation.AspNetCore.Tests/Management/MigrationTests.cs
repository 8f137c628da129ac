using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>A change of the rotation type moves living tokens over at their next exchange, as the seeds describe it.</summary>
public sealed class MigrationTests
{
    [Test]
    public async Task Reusable_to_rotating_deletes_the_other_reusable_tokens_of_the_same_client_api_and_user()
    {
        await using var host = await Admin.StartAsync(setup => setup.Policy(RotationPolicy.Fapi));
        var (phone, tablet) = (await host.IssueAsync(), await host.IssueAsync());
        var (otherApi, otherClient) = (await host.IssueAsync(resources: Clients.Api2), await host.IssueAsync(Clients.OtherPublic));
        (await host.RefreshAsync(phone.RefreshToken.Reveal())).RefreshToken.Should().Be(phone.RefreshToken.Reveal(), "it is reusable");

        (await host.PatchSettingsAsync("""{"rotation_type":"rotating"}""")).ShouldBe(200);
        var swapped = await host.RefreshAsync(phone.RefreshToken.Reveal());
        var other = await host.RefreshAsync(tablet.RefreshToken.Reveal());

        ((int)swapped.Status).Should().Be(200, swapped.Text);
        swapped.RefreshToken.Should().NotBe(phone.RefreshToken.Reveal());
        other.ShouldBeError(400, "invalid_grant");
        var list = await host.AdminAsync("GET", "/users/alice/refresh-tokens");
        list.Json.GetProperty("tokens").EnumerateArray().Select(token => (token.GetProperty("id").GetString(), token.GetProperty("rotating").GetBoolean()))
            .Should().BeEquivalentTo([(phone.Id(), true), (otherApi.Id(), false), (otherClient.Id(), false)]);
        ((int)(await host.RefreshAsync(swapped.RefreshToken!)).Status).Should().Be(200);
    }

    [Test]
    public async Task Rotating_to_reusable_gives_a_reusable_token_and_revokes_the_rotating_ones()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();
        var first = (await host.RefreshAsync(issued.RefreshToken.Reveal())).RefreshToken!;

        (await host.PatchSettingsAsync("""{"rotation_type":"reusable"}""")).ShouldBe(200);
        var swapped = await host.RefreshAsync(first);
        var again = await host.RefreshAsync(swapped.RefreshToken!);

        ((int)swapped.Status).Should().Be(200, swapped.Text);
        swapped.RefreshToken.Should().NotBe(first);
        again.RefreshToken.Should().Be(swapped.RefreshToken);
        (await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}")).Json.GetProperty("rotating").GetBoolean().Should().BeFalse();

        (await host.RefreshAsync(first)).ShouldBeError(400, "invalid_grant");
        (await host.RefreshAsync(swapped.RefreshToken!)).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Leeway_holds_from_the_change_on()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();

        await host.PatchSettingsAsync("""{"leeway":"10"}""");
        var first = await host.RefreshAsync(issued.RefreshToken.Reveal());
        host.Time.Advance(TimeSpan.FromSeconds(9));
        var retry = await host.RefreshAsync(issued.RefreshToken.Reveal());

        retry.RefreshToken.Should().Be(first.RefreshToken);
    }
}
