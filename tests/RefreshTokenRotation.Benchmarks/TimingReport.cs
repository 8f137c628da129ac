using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>Whether the time of a refusal tells its cause: unknown, revoked, expired, of another tenant or client, measured in turn in one run and
/// compared with a store's look-up. What the endpoints do round it is the same for all.</summary>
internal static class TimingReport
{
    public static async Task RunAsync(bool quick)
    {
        var store = new InMemoryTokenStore();
        var time = new MovableTime();
        var engine = Start(store, time);
        var stranger = await IssueAsync(Start(new InMemoryTokenStore(), time));
        var (revoked, expired) = (await IssueAsync(engine), await IssueAsync(engine));
        await engine.RevokeAsync(new RevokeRequest { RefreshToken = revoked, ClientId = "spa" });
        time.Ahead = TimeSpan.FromDays(100);
        var living = await IssueAsync(engine);

        // What a database on the same machine takes at the least: a round trip through the loopback, without a disk.
        using var loopback = new Loopback();

        Measurement[] refusals =
        [
            new("unknown", () => Refuse(engine, stranger)),
            new("revoked", () => Refuse(engine, revoked)),
            new("expired", () => Refuse(engine, expired)),
            new("other tenant", () => Refuse(engine, living, tenant: "t2")),
            new("other client", () => Refuse(engine, living, client: "other")),
        ];
        var malformed = new Measurement("malformed (no look-up)", () => Refuse(engine, "rtr_nonsense"));
        var trip = new Measurement("a look-up over the loopback", loopback.RoundTrip);
        Measurement.RunInTurn([.. refusals, malformed, trip], rounds: quick ? 5 : 31, iterations: quick ? 500 : 5_000);

        Console.WriteLine($"{"refusal",-28} {"ns",8}");
        foreach (var measurement in refusals.Append(malformed).Append(trip))
        {
            Console.WriteLine(Invariant($"{measurement.Name,-28} {measurement.Median,8:F0}"));
        }

        var difference = refusals.Max(static refusal => refusal.Median) - refusals.Min(static refusal => refusal.Median);
        Console.WriteLine();
        Console.WriteLine(Invariant($"largest difference: {difference:F0} ns, a look-up: {trip.Median:F0} ns"));
    }

    private static IRefreshTokenService Start(ITokenStore store, TimeProvider time)
    {
        var services = new ServiceCollection().AddSingleton(store).AddSingleton(time);
        services.AddRefreshTokenRotation();
        return services.BuildServiceProvider().GetRequiredService<IRefreshTokenService>();
    }

    private static async Task<RefreshToken> IssueAsync(IRefreshTokenService engine) =>
        (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;

    private static void Refuse(IRefreshTokenService engine, RefreshToken token, string tenant = "", string client = "spa")
    {
        var exchange = engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = client, TenantId = tenant });
        if (!exchange.IsCompletedSuccessfully || exchange.Result is not ExchangeResult.Rejected)
        {
            throw new InvalidOperationException("The token was not refused at once.");
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class MovableTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
