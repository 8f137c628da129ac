using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Native.Tests;

/// <summary>Publishes the two programs as native code, where a warning is an error, and runs them.</summary>
[TestFixture]
internal sealed class NativeProgramTests
{
    [OneTimeSetUp]
    public Task StartAsync() => TestServer.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => TestServer.StopAsync();

    [Test]
    public async Task Console_on_the_core_logs_in_refreshes_and_detects_a_replay() =>
        (await PublishAndRunAsync("RefreshTokenRotation.Native.Console")).Should().Be("log-in, refresh and replay went as they should");

    [Test]
    public async Task Web_host_with_options_bound_by_the_generator_logs_in_refreshes_and_detects_a_replay() =>
        (await PublishAndRunAsync("RefreshTokenRotation.Native.Host", TestServer.ConnectionString))
            .Should().Be("log-in, refresh and replay went as they should");

    private static async Task<string> PublishAndRunAsync(string name, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        // Nobody debugs or measures these programs; symbols and the optimizer take half of the time.
        var output = await Dotnet.RunAsync(
            Repository.PathOf("tests", name), "publish", "--no-build", "--configuration", "Release", "--output", folder.PathOf("native"), "-p:NativeDebugSymbols=false", "-p:Optimize=false");
        output.Should().NotContain("warning");
        var printed = await Dotnet.RunPublishedAsync(folder.PathOf(Path.Combine("native", name)), arguments);
        return printed.Trim().Split('\n')[^1]; // log lines come before
    }
}
