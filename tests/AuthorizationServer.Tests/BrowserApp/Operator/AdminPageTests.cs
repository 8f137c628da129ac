using System.Globalization;
using AuthorizationServer.Tests.Operator.Support;
using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.Operator;

/// <summary>The administrator's page: live counters, the sessions of a user, and its looks.</summary>
[TestFixture, NonParallelizable]
internal sealed class AdminPageTests : OperatorTest
{
    private const string Attack = "<img src=x onerror=\"document.title='breached'\"><script>document.title='breached'</script>";

    [Test]
    public async Task Counters_follow_what_happens()
    {
        var page = await OpenAsync("/admin", "admin");
        await page.Locator("#live-state", new() { HasTextString = "live" }).WaitForAsync();
        await page.Locator("[data-reason=reuse_detected]").WaitForAsync();
        var (rotations, reuses, detected) = (await NumberAsync("rotations"), await NumberAsync("reuses"), await ReasonAsync());

        using var device = await Device.SignInAsync(Server.Origin, "dave");
        var replayed = device.RefreshToken;
        await device.ExchangeAsync();
        await device.ExchangeAsync();
        await device.ExchangeAsync(replayed);

        await WaitForAsync(page, "[data-counter=rotations] .number", rotations + 2);
        await WaitForAsync(page, "[data-counter=reuses] .number", reuses + 1);
        await WaitForAsync(page, "[data-reason=reuse_detected] td", detected + 1);
        await page.Locator("summary").ClickAsync();
        var cells = await page.Locator("#counters [data-counter=rotations] td").AllInnerTextsAsync();
        int.Parse(cells[0], CultureInfo.InvariantCulture).Should().BeGreaterThanOrEqualTo(2, "the minute before the page was opened counts too");
        cells[1].Should().Be(Text(rotations + 2));
        (await page.Locator("[data-counter=rotations] polyline").GetAttributeAsync("points")).Should().Contain(",2", "the curve reaches the top");

        Task<int> ReasonAsync() => ReadAsync(page, "[data-reason=reuse_detected] td");

        Task<int> NumberAsync(string counter) => ReadAsync(page, $"[data-counter={counter}] .number");
    }

    [Test]
    public async Task Sessions_of_a_user_are_paged_and_revoked()
    {
        var devices = new List<Device>();
        for (var i = 0; i < 12; i++)
        {
            devices.Add(await Device.SignInAsync(Server.Origin, "carol", $"Device-{i}/1.0"));
        }

        var page = await OpenAsync("/admin", "admin");
        await ShowAsync(page, "carol", "10 sessions of carol");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next page" }).ClickAsync();
        await page.Locator("#search-status", new() { HasTextString = "2 sessions of carol" }).WaitForAsync();
        (await page.Locator("#families > li > p").AllInnerTextsAsync()).Should().Equal("Device-10/1.0", "Device-11/1.0");

        (await page.GetByRole(AriaRole.Button, new() { Name = "Next page" }).CountAsync()).Should().Be(0, "this is the last one");
        await page.Locator("#families > li").First.GetByRole(AriaRole.Button).ClickAsync();
        await page.Locator("#search-status:focus", new() { HasTextString = "Revoked. 1 session of carol" }).WaitForAsync();

        (await devices[10].ExchangeAsync()).Should().Be("invalid_grant");
        (await devices[11].ExchangeAsync()).Should().StartWith("rtr_");
        devices.ForEach(device => device.Dispose());
    }

    [Test]
    public async Task Device_is_shown_as_text()
    {
        using var device = await Device.SignInAsync(Server.Origin, "erin", Attack);
        var page = await OpenAsync("/admin", "admin");

        await ShowAsync(page, "erin", "1 session of erin");

        (await page.Locator("#families > li > p").InnerTextAsync()).Should().Be(Attack);
        (await page.TitleAsync()).Should().Be("Administration");
        (await page.Locator("#families img, #families script").CountAsync()).Should().Be(0);
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Page_fits_a_phone_in_both_colour_schemes(ColorScheme scheme)
    {
        using var device = await Device.SignInAsync(Server.Origin, "bob", new string('x', 300));
        var page = await OpenSettingsAsync("spa-leeway");
        await page.Locator("summary").ClickAsync();
        await page.Locator("[name=user]").FillAsync("bob");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.Locator("#families > li").First.WaitForAsync();

        await ShouldFitAPhoneAsync(page, scheme);
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Sessions_of_the_user_fit_a_phone_in_both_colour_schemes(ColorScheme scheme)
    {
        using var device = await Device.SignInAsync(Server.Origin, "bob", new string('x', 300));
        var page = await OpenAsync("/sessions", "bob");

        await ShouldFitAPhoneAsync(page, scheme);
    }

    [Test]
    public async Task User_ends_a_session_with_the_keyboard_alone()
    {
        using var device = await Device.SignInAsync(Server.Origin, "dave", "Keyboard/1.0");
        var page = await OpenAsync("/sessions", "dave");

        await page.GetByRole(AriaRole.Button, new() { Name = "End Demo legacy app, Keyboard/1.0" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("[role=status]").WaitForAsync();

        (await device.ExchangeAsync()).Should().Be("invalid_grant");
    }

    private static async Task ShowAsync(IPage page, string user, string expected)
    {
        await page.Locator("[name=user]").FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.Locator("#search-status", new() { HasTextString = expected }).WaitForAsync();
    }

    private static Task WaitForAsync(IPage page, string selector, int value) =>
        page.WaitForFunctionAsync("([selector, text]) => document.querySelector(selector).textContent === text", new[] { selector, Text(value) });

    private static async Task<int> ReadAsync(IPage page, string selector) =>
        int.Parse(await page.Locator(selector).First.InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
