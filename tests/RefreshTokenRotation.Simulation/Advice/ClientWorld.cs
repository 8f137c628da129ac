using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Advice;

/// <summary>The library as a host wires it, with an advisor, and the log-ins of one client on a clock of their own. The same seed gives the same world.</summary>
internal sealed class ClientWorld : IDisposable
{
    private const string App = "app";

    private readonly PriorityQueue<Action, (DateTimeOffset At, int Order)> _agenda = new();
    private readonly WorldClock _clock = new();
    private readonly ServiceProvider _provider;
    private readonly IRefreshTokenService _tokens;
    private int _order;

    public ClientWorld(RotationPolicy policy, int seed)
    {
        Random = new Random(seed);
        var sink = new AdvisorSink();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<RandomSource>(new SeededRandom(seed));
        services.AddSingleton<EventSink>(sink);
        services.AddSingleton<ITokenStore>(new InMemoryTokenStore());
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy).AddRotationAdvisor();
        _provider = services.BuildServiceProvider();
        _tokens = _provider.GetRequiredService<IRefreshTokenService>();
        sink.Handler = _provider.GetRequiredService<IRefreshTokenEventHandler>();
    }

    public Random Random { get; }

    /// <summary>Log-ins that honest users had to repeat. One that ends a theft is none.</summary>
    public int ForcedLogIns { get; set; }

    public RotationAdvice Advice => Wait(_provider.GetRequiredService<IRotationAdvisor>().GetAsync(App));

    public RefreshToken LogIn(string user) => Wait(_tokens.IssueAsync(new IssueRequest { Subject = user, ClientId = App })).RefreshToken;

    public void After(TimeSpan time, Action then) => _agenda.Enqueue(then, (_clock.Now + time, _order++));

    /// <summary>Presents a token; the answer is null if it was refused.</summary>
    public void Send(RefreshToken token, Action<RefreshToken?> answer) => After(Between(0.05, 0.3), () =>
    {
        var result = Wait(_tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = App }));
        After(Between(0.05, 0.5), () => answer(result is ExchangeResult.Succeeded succeeded ? succeeded.RefreshToken : default(RefreshToken?)));
    });

    public void Run(TimeSpan time)
    {
        var end = _clock.Now + time;
        while (_agenda.TryPeek(out _, out var next) && next.At < end)
        {
            _clock.Now = next.At;
            _agenda.Dequeue()();
        }
    }

    /// <summary>A time between two numbers of seconds.</summary>
    public TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + (Random.NextDouble() * (most - least)));

    public bool Happens(double probability) => Random.NextDouble() < probability;

    public void Dispose() => _provider.Dispose();

    private static T Wait<T>(ValueTask<T> call) => call.AsTask().GetAwaiter().GetResult();

    private sealed class WorldClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Tells the advisor at once, so that nothing waits in a queue when it is asked.</summary>
    private sealed class AdvisorSink : EventSink
    {
        public IRefreshTokenEventHandler? Handler { get; set; }

        public override bool IsEnabled => true;

        public override void Publish(RefreshTokenEvent refreshTokenEvent) => Handler!.HandleAsync(refreshTokenEvent, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    private sealed class SeededRandom(int seed) : RandomSource
    {
        private readonly Random _random = new(seed);

        public override void Fill(Span<byte> bytes) => _random.NextBytes(bytes);
    }
}
