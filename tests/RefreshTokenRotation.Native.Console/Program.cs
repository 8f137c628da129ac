using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.Native.Console;

// The core and the client package as a native program: a log-in, a refresh and a replay. It ends with 1 if anything went another way.
var services = new ServiceCollection();
services.AddRefreshTokenRotation();
await using var provider = services.BuildServiceProvider();
var tokens = provider.GetRequiredService<IRefreshTokenService>();

var login = (await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "cli", Scopes = ["offline_access"] })).RefreshToken;
var refresh = await ExchangeAsync(login);
Require(refresh is ExchangeResult.Succeeded { Family.Generation: 1 }, $"the refresh was {refresh}");
var replay = await ExchangeAsync(login);
Require(replay is ExchangeResult.Rejected { Reason: RejectionReason.ReuseDetected }, $"the replay was {replay}");
var after = await ExchangeAsync(((ExchangeResult.Succeeded)refresh).RefreshToken);
Require(after is ExchangeResult.Rejected { Reason: RejectionReason.Revoked }, $"the newest token was {after}");
var session = await ClientSession.RunAsync(tokens);
Require(session is null, $"the client package: {session}");
Console.WriteLine("log-in, refresh and replay went as they should");

ValueTask<ExchangeResult> ExchangeAsync(RefreshToken token) => tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "cli" });

static void Require(bool holds, string otherwise)
{
    if (!holds)
    {
        Console.Error.WriteLine(otherwise);
        Environment.Exit(1);
    }
}
