using AuthorizationServer.Tests.BrowserApp.Support;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The server is killed at work and started again on the same files.</summary>
[TestFixture]
internal sealed class CrashTests : BrowserTest
{
    private readonly int _port = FreePort.Take();

    private DirectoryInfo _data = null!;
    private ServerProcess _server = null!;

    protected override ServerProcess Server => _server;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _data = Directory.CreateTempSubdirectory("RefreshTokenRotation-sample-");
        _server = await RunAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
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

        await Server.KillAsync();
        await devices;
        await page.RefreshAsync();
        (await page.MessageTextAsync()).Should().Be("Failed to fetch");
        await RestartAsync();

        await page.ShouldBeSignedInAsync();
        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(before.RefreshToken);
        await page.DoAsync("call");
        (await page.MessageTextAsync()).Should().Be("The API greets alice: Hello.");
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
        var loss = await LostResponse.ArrangeAsync(Context, Server.KillAsync);

        await page.RefreshAsync();
        var lost = await loss.Call;
        await devices;
        await RestartAsync();
        await page.RefreshAsync();

        var repetition = await Traffic.NextSuccessAsync();
        repetition.PresentedToken.Should().Be(lost.PresentedToken);
        repetition.RefreshToken.Should().Be(lost.RefreshToken, "what was answered was kept");
        await page.ShouldBeSignedInAsync();
        Complaints.AllowBrokenConnection();
    }

    [Test]
    public async Task Session_of_the_server_outlives_a_kill()
    {
        var (page, _) = await SignInAsync(new AppSettings { Fallback = true });

        await Server.KillAsync();
        await RestartAsync();
        await page.ReloadAsync();

        await page.ShouldBeSignedInAsync();
        (await Traffic.NextSuccessAsync()).GrantType.Should().Be("authorization_code");
    }

    private async Task RestartAsync()
    {
        await _server.DisposeAsync();
        _server = await RunAsync();
    }

    // The answer that is lost in the crash is asked for again after the restart, however slow the machine is.
    private Task<ServerProcess> RunAsync() => ServerProcess.StartAsync(
        _port,
        "--Store", "sqlite",
        "--Data", _data.FullName,
        "--AttemptsPerMinute", "1000000",
        "--Clients:spa-leeway:Leeway", "00:05:00",
        "--Clients:legacy-leeway:Leeway", "00:05:00");
}
