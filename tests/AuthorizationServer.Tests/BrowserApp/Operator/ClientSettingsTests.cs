using System.Text.Json;
using AuthorizationServer.Tests.Operator.Support;
using Microsoft.Playwright;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp.Operator;

/// <summary>The settings of a client: a form, its JSON, and what they change.</summary>
[TestFixture]
internal sealed class ClientSettingsTests : OperatorTest
{
    [Test]
    public async Task Saved_leeway_holds_from_the_next_exchange_on()
    {
        using var strict = await Device.SignInAsync(Server.Origin, "alice", client: "op-behaviour");
        var replayed = strict.RefreshToken;
        await strict.ExchangeAsync();
        (await strict.ExchangeAsync(replayed)).Should().Be("invalid_grant");
        using var lenient = await Device.SignInAsync(Server.Origin, "alice", client: "op-behaviour");
        var page = await OpenSettingsAsync("op-behaviour");

        await page.Locator("#leeway").FillAsync("600");
        await PressAsync(page, "Save");

        (await page.Locator("#settings-status").InnerTextAsync()).Should().StartWith("Saved.");
        var retried = lenient.RefreshToken;
        var next = await lenient.ExchangeAsync();
        (await lenient.ExchangeAsync(retried)).Should().Be(next);
    }

    [Test]
    public async Task Form_changes_the_json()
    {
        var page = await OpenSettingsAsync("spa");
        var before = await JsonAsync(page);

        await page.Locator("#leeway").FillAsync("30");
        await page.Locator("#idle_token_lifetime").FillAsync("");
        await page.Locator("#rotation_type").SelectOptionAsync("non-rotating");
        await page.Locator("#shadow_mode").CheckAsync();
        await page.Locator("#policies").FillAsync("https://api2 read:reports\n https://api1  read:messages, write:messages ");

        var after = await JsonAsync(page);
        after.GetProperty("leeway").GetInt32().Should().Be(30);
        after.GetProperty("idle_token_lifetime").ValueKind.Should().Be(JsonValueKind.Null);
        after.GetProperty("rotation_type").GetString().Should().Be("non-rotating");
        after.GetProperty("shadow_mode").GetBoolean().Should().BeTrue();
        after.GetProperty("policies").GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Should().Be(
            """[{"audience":"https://api2","scope":["read:reports"]},{"audience":"https://api1","scope":["read:messages","write:messages"]}]""");
        after.GetProperty("token_lifetime").GetInt32().Should().Be(before.GetProperty("token_lifetime").GetInt32());
    }

    [Test]
    public async Task Json_changes_the_form()
    {
        var page = await OpenSettingsAsync("spa");

        await page.Locator("#json").FillAsync(
            """{"refresh_token":{"leeway":"45","rotation_type":"reusable","infinite_token_lifetime":true,"token_lifetime":172800,"policies":[{"audience":"a","scope":["b","c"]}],"new":1}}""");
        await page.Locator("#recovery_window").FillAsync("90");

        (await page.Locator("#leeway").InputValueAsync()).Should().Be("45");
        (await page.Locator("#rotation_type").InputValueAsync()).Should().Be("non-rotating");
        (await page.Locator("#infinite_token_lifetime").IsCheckedAsync()).Should().BeTrue();
        (await page.Locator("#token_lifetime-human").InnerTextAsync()).Should().Be("= 2 days");
        (await page.Locator("#policies").InputValueAsync()).Should().Be("a b c");
        var json = await JsonAsync(page);
        json.GetProperty("recovery_window").GetInt32().Should().Be(90);
        json.GetProperty("leeway").GetString().Should().Be("45", "what was written by hand stays");
        json.GetProperty("new").GetInt32().Should().Be(1, "what has no field stays");
    }

    [Test]
    public async Task Broken_json_is_told_and_not_sent_and_the_form_mends_it()
    {
        var page = await OpenSettingsAsync("spa");
        var requests = 0;
        page.Request += (_, request) => requests += request.Method == "PATCH" ? 1 : 0;

        await page.Locator("#json").FillAsync("""{"refresh_token": {"leeway": 1""");
        (await page.Locator("#json-error").InnerTextAsync()).Should().StartWith("This is not JSON yet");
        await page.Locator("#settings [type=submit]").ClickAsync();
        (await page.Locator("#json:focus").GetAttributeAsync("aria-invalid")).Should().Be("true");
        await page.Locator("#leeway").FillAsync("12");

        requests.Should().Be(0);
        (await page.Locator("#json-error").IsVisibleAsync()).Should().BeFalse();
        var json = await JsonAsync(page);
        json.GetProperty("leeway").GetInt32().Should().Be(12);
        json.EnumerateObject().Should().HaveCount(13, "every field of the form is in it");
    }

    [TestCase("#leeway", "soon", "leeway")]
    [TestCase("#leeway", "99999999", "leeway")]
    [TestCase("#idle_token_lifetime", "99999999", "idle_token_lifetime")]
    [TestCase("#active_cap", "0", "active_cap")]
    public async Task Refusal_is_shown_at_the_field(string field, string value, string named)
    {
        Complaints.AllowStatus(400);
        var page = await OpenSettingsAsync("spa");

        await page.Locator(field).FillAsync(value);
        await PressAsync(page, "Save");

        var summary = await page.Locator("#settings-error[role=alert]").InnerTextAsync();
        summary.Should().Contain(named);
        summary.Should().Contain(await page.Locator($"{field}-error:not([hidden])").InnerTextAsync());
        (await page.Locator(field).GetAttributeAsync("aria-invalid")).Should().Be("true");
        (await page.Locator(field).GetAttributeAsync("aria-describedby")).Should().Contain($"{field[1..]}-error");
        (await page.Locator($"{field}:focus").CountAsync()).Should().Be(1);
        (await page.Locator(field).InputValueAsync()).Should().Be(value, "what was typed stays");
        await PressAsync(page, "Discard changes");
        (await page.Locator("#settings-error").IsVisibleAsync()).Should().BeFalse();
        (await page.Locator(field).GetAttributeAsync("aria-invalid")).Should().BeNull();
    }

    [Test]
    public async Task Change_of_somebody_else_is_not_overwritten()
    {
        Complaints.AllowStatus(412);
        var slow = await OpenSettingsAsync("op-conflict");
        var quick = await OpenSettingsAsync("op-conflict");
        await quick.Locator("#leeway").FillAsync("20");
        await PressAsync(quick, "Save");

        await slow.Locator("#active_cap").FillAsync("5");
        await PressAsync(slow, "Save");

        (await slow.Locator("#settings-error").InnerTextAsync()).Should().Be("The settings have changed since they were read.");
        await PressAsync(slow, "Discard changes");
        (await slow.Locator("#leeway").InputValueAsync()).Should().Be("20");
        await slow.Locator("#active_cap").FillAsync("5");
        await PressAsync(slow, "Save");
        (await JsonAsync(slow)).GetProperty("active_cap").GetInt32().Should().Be(5);
    }

    [Test]
    public async Task Reset_brings_the_configuration_back()
    {
        var page = await OpenSettingsAsync("op-reset");
        await page.Locator("#leeway").FillAsync("20");
        await PressAsync(page, "Save");

        await PressAsync(page, "Reset to the defaults");

        (await page.Locator("#leeway").InputValueAsync()).Should().Be("0");
    }

    [Test]
    public async Task Setting_is_changed_with_the_keyboard_alone()
    {
        var page = await OpenSettingsAsync("op-keyboard");

        await page.Locator("#client").FocusAsync();
        foreach (var _ in (string[])["rotation_type", "expiration_type", "leeway"])
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("25");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#settings-status:not([hidden])").WaitForAsync();

        (await page.Locator("#leeway:focus").InputValueAsync()).Should().Be("25");
        (await page.Locator("#settings-status").InnerTextAsync()).Should().StartWith("Saved.");
    }

    private static async Task<JsonElement> JsonAsync(IPage page) =>
        JsonElement.Parse(await page.Locator("#json").InputValueAsync()).GetProperty("refresh_token");
}
