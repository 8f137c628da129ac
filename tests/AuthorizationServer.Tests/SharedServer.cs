using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests;

/// <summary>One server for every test that needs no other: each test signs in with a browser of its own, and none ends what another has.</summary>
[SetUpFixture]
public sealed class SharedServer
{
    private static ServerProcess? _server;

    /// <summary>The arguments under which the servers of these tests keep nothing and count no attempts.</summary>
    internal static readonly string[] InMemory = ["--store", "memory", "--AttemptsPerMinute", "1000000"];

    internal static string Origin => _server!.Origin;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await ServerProcess.StartAsync(InMemory);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
