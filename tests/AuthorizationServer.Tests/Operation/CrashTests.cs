using System.Collections.Concurrent;
using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operation;

/// <summary>The server on SQLite, ended as by <c>kill -9</c> while clients refresh as fast as they can.</summary>
[TestFixture]
internal sealed class CrashTests
{
    private const int Clients = 8;
    private const int Kills = 3;

    private string _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-sample-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Every_client_goes_on_with_the_last_token_that_it_was_answered()
    {
        var port = FreePort.Take();
        var server = await StartAsync(port);
        using var browser = new Browser(server.Origin);
        using var backend = new Backend(server.Origin);
        try
        {
            await browser.LogInAsync();
            var request = new CodeRequest();
            var code = (await browser.AuthorizeAsync(request)).Callback["code"];
            var accessToken = (await backend.PasswordAsync())["access_token"];
            var chains = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ => (await backend.PasswordAsync("legacy-leeway"))["refresh_token"]!));
            for (var kill = 0; kill < Kills; kill++)
            {
                await RefreshUntilKilledAsync(server, backend, chains);
                await server.DisposeAsync();
                server = await StartAsync(port);
                for (var i = 0; i < chains.Length; i++)
                {
                    var reply = await backend.RefreshAsync("legacy-leeway", chains[i]);
                    reply.Status.Should().Be(HttpStatusCode.OK, "client {0} after kill {1} was answered {2}", i, kill, reply.Text);
                    chains[i] = reply["refresh_token"]!;
                }
            }

            (await browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address)).Callback.Should().ContainKey("code", "the session is kept");
            (await backend.TokenAsync(request.Redemption(code))).Status.Should().Be(HttpStatusCode.OK, "the code is kept");
            (await backend.GetAsync("/api/messages", accessToken)).Status.Should().Be(HttpStatusCode.OK, "the key is kept");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Refreshes every chain without a pause, and kills the server when all have got somewhere. A chain keeps the last token that it
    /// was answered; whether the server has done more than that, it can't know.</summary>
    private static async Task RefreshUntilKilledAsync(ServerProcess server, Backend backend, string[] chains)
    {
        var refused = new ConcurrentQueue<string>();
        using var warm = new CountdownEvent(chains.Length);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = chains.Select((_, i) => RunAsync(i)).ToList();
        await ready.Task;
        await server.KillAsync();
        await Task.WhenAll(runs);
        refused.Should().BeEmpty();

        async Task RunAsync(int i)
        {
            for (var refreshes = 0; ; refreshes++)
            {
                if (refreshes == 5 && warm.Signal())
                {
                    ready.TrySetResult();
                }

                try
                {
                    var reply = await backend.RefreshAsync("legacy-leeway", chains[i]);
                    if (reply.Status != HttpStatusCode.OK)
                    {
                        refused.Enqueue(reply.Text);
                        ready.TrySetResult();
                        return;
                    }

                    chains[i] = reply["refresh_token"]!;
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        }
    }

    private Task<ServerProcess> StartAsync(int port) => ServerProcess.StartAsync(
        port, "--store", "sqlite", "--data", _folder, "--CodeLifetime", "00:10:00", "--AttemptsPerMinute", "1000000", "--Clients:legacy-leeway:Leeway", "00:10:00");
}
