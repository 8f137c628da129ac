using RefreshTokenRotation.Tests.Support;

// Whatever shares a server or the browser has users, clients and cookies of its own; what counts everything on a server is not parallel.
[assembly: Parallelizable(ParallelScope.Fixtures)]

namespace AuthorizationServer.Tests;

/// <summary>One server for every test that needs no other: each test signs in with a browser of its own, and none ends what another has.</summary>
[SetUpFixture]
public sealed class SharedServer
{
    private static ServerProcess? _server;

    /// <summary>The arguments under which a server keeps nothing and counts no attempts.</summary>
    internal static readonly string[] InMemory = ["--store", "memory", "--AttemptsPerMinute", "1000000"];

    /// <summary>The arguments under which a server may run outside Development: no secret of the demonstration is left.</summary>
    internal static readonly string[] OwnSecrets =
    [
        "--Users:admin:Password", "a third of its kind",
        "--Users:alice:Password", "correct horse battery staple",
        "--Users:bob:Password", "another of its kind",
        .. ((string[])["web", "web-strict", "machine"]).SelectMany(client => (string[])
            [$"--Clients:{client}:SecretHash", RefreshTokenRotation.AspNetCore.ClientSecret.Hash("a secret of its own")]),
    ];

    // Clients that the demonstration has not: another television, and an app of somebody else.
    private static readonly string[] MoreClients =
    [
        "--Clients:other-tv:GrantTypes:0", "urn:ietf:params:oauth:grant-type:device_code",
        "--Clients:partner:Name", "Partner",
        "--Clients:partner:ThirdParty", "true",
        "--Clients:partner:GrantTypes:0", "authorization_code",
        "--Clients:partner:RedirectUris:0", "{app}",
        "--Clients:partner:DefaultAudience", "https://api1",
    ];

    // Users who end their sessions: nobody else's tests may have any.
    private static readonly string[] MoreUsers =
    [
        .. ((string[])["carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "nina", "oscar", "peggy", "quinn", "rupert", "sybil", "trent", "victor", "walter", "wendy", "xavier", "yasmin"])
            .SelectMany(user => (string[])[$"--Users:{user}:Password", "pw"]),
    ];

    internal static string Origin => _server!.Origin;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await ServerProcess.StartAsync([.. InMemory, .. MoreClients, .. MoreUsers]);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
