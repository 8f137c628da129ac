using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.Sqlite;

// Arguments: what to do, the file, the durability.
//   run       exchanges the tokens that it reads from its input, one family a line, side by side and without end, and writes every answer to
//             its output: the line's number and the token. It is there to be killed.
//   once      presents each token that it reads, one after the other, and writes how each was answered: a token, or the reason.
//   start     opens the store and writes the error that it got.
var mode = args[0];
var services = new ServiceCollection();
services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) })
    .UseSqlite(args[1], options => options.Durability = Enum.Parse<SqliteDurability>(args[2]));
await using var provider = services.BuildServiceProvider();
var engine = provider.GetRequiredService<IRefreshTokenService>();
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
switch (mode)
{
    case "run":
        var tokens = Console.In.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await Task.WhenAll(tokens.Select((token, number) => Task.Run(() => RunAsync(number, token))));
        break;
    case "once":
        while (Console.In.ReadLine() is { } token)
        {
            output.WriteLine(await PresentAsync(token) is ExchangeResult.Succeeded won ? won.RefreshToken.Reveal() : "refused");
        }

        break;
    default:
        try
        {
            await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
        }
        catch (RefreshTokenUnavailableException fault)
        {
            output.WriteLine(fault.InnerException?.Message);
        }

        break;
}

ValueTask<ExchangeResult> PresentAsync(string token) => engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

async Task RunAsync(int number, string token)
{
    while (true)
    {
        token = ((ExchangeResult.Succeeded)await PresentAsync(token)).RefreshToken.Reveal();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number} {token}"));
    }
}
