using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;

// Exchanges the tokens that it reads from its input, one family a line, side by side and without end, and writes every answer to its output:
// the line's number and the token. It is there to be killed. Arguments: the provider, and its connection string.
var services = new ServiceCollection();
services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) })
    .UseEntityFrameworkCore(options => _ = args[0] == "Sqlite" ? options.UseSqlite(args[1]) : options.UseMySQL(args[1]));
var tokens = Console.In.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
await using var provider = services.BuildServiceProvider();
var engine = provider.GetRequiredService<IRefreshTokenService>();
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
await Task.WhenAll(tokens.Select((token, number) => Task.Run(() => ExchangeAsync(number, token))));

async Task ExchangeAsync(int number, string token)
{
    while (true)
    {
        var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
        token = ((ExchangeResult.Succeeded)result).RefreshToken.Reveal();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number} {token}"));
    }
}
