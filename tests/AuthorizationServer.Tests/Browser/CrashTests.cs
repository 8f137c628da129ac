using AuthorizationServer.Tests.Browser.Support;

namespace AuthorizationServer.Tests.Browser;

/// <summary>The server is killed at work and started again on the same files.</summary>
[TestFixture]
internal sealed class CrashTests : BrowserTest
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("AuthorizationServer-");

    // The answer that is lost in the crash is asked for again after the restart, however slow the machine is.
    protected override IEnumerable<string> Arguments =>
    [
        "--store=sqlite", $"--data={_data.FullName}", "--clients:spa-leeway:leeway=00:05:00", "--clients:legacy-leeway:leeway=00:05:00",
    ];

    [OneTimeTearDown]
    public void Remove()
    {
        Server.Kill();
        _data.Delete(recursive: true);
    }

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Browser_goes_on_where_it_was_after_a_kill_under_load(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Client = "spa-leeway", Storage = storage });
        await page.RefreshAsync();
        var before = await Traffic.NextSuccessAsync();
        using var load = new Load(Server.Origin);
        await load.BeginAsync();
        var devices = load.RunAsync();
        await load.AnsweredAsync(50);

        Server.Kill();
        await devices;
        await page.RefreshAsync();
        (await page.MessageTextAsync()).Should().Be("Failed to fetch");
        await Server.StartAsync();

        await page.ShouldBeSignedInAsync();
        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(before.RefreshToken);
        await page.DoAsync("call");
        (await page.MessageTextAsync()).Should().Be("The API greets alice: Hello.");
        await load.EveryDeviceGoesOnAsync();
        before.PresentedToken.Should().Be(login.RefreshToken);
        Complaints.AllowBrokenConnection();
    }

    [Test]
    public async Task Browser_that_is_refreshing_at_the_kill_goes_on_with_the_same_family()
    {
        var (page, _) = await SignInAsync(new AppSettings { Client = "spa-leeway", Storage = AppSettings.LocalStorage });
        using var load = new Load(Server.Origin);
        await load.BeginAsync();
        var devices = load.RunAsync();
        await load.AnsweredAsync(50);
        // The server has answered, and dies before the answer arrives.
        var loss = await LostResponse.ArrangeAsync(Context, Server.Kill);

        await page.RefreshAsync();
        var lost = await loss.Call;
        await devices;
        await Server.StartAsync();
        await page.RefreshAsync();

        var repetition = await Traffic.NextSuccessAsync();
        repetition.PresentedToken.Should().Be(lost.PresentedToken);
        repetition.RefreshToken.Should().Be(lost.RefreshToken, "what was answered was kept");
        await page.ShouldBeSignedInAsync();
        await load.EveryDeviceGoesOnAsync();
        Complaints.AllowBrokenConnection();
    }

    [Test]
    public async Task Session_of_the_server_outlives_a_kill()
    {
        var (page, _) = await SignInAsync(new AppSettings { Fallback = true });

        Server.Kill();
        await Server.StartAsync();
        await page.ReloadAsync();

        await page.ShouldBeSignedInAsync();
        (await Traffic.NextSuccessAsync()).GrantType.Should().Be("authorization_code");
    }
}
