using RefreshTokenRotation.Client;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>A process with the real client package. Its flights are steps of the world, and its jitter comes from the dice.</summary>
internal sealed class PackageHolder : Holder
{
    private readonly RefreshTokenClientOptions _options;
    private RefreshTokenClient _client;

    public PackageHolder(Person person, string name, int index)
        : base(person, name, index)
    {
        var dice = Dice.For(person.World.Scenario.Seed, 4, (person.Number * 16) + index);
        _options = new RefreshTokenClientOptions
        {
            TokenEndpoint = new Uri("https://login.example" + Server.TokenPath),
            ClientId = Server.Client,
            Leeway = Min(person.World.Scenario.Preset.Policy.Leeway, TimeSpan.FromMinutes(10)),
            OnSessionEnded = LogInAsync,
            Jitter = () => dice.Next(1000),
            StartFlight = StartFlight,
        };
        _client = Create();
    }

    protected override async Task UseAsync() => await _client.GetTokenAsync();

    protected override void Restart() => _client = Create();

    private RefreshTokenClient Create() => new(
        "app",
        _options,
        Box.View(Machine),
        SessionProtection.None,
        Person.World.ClientMetrics,
        () => new HttpClient(Link, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
        OneSession.Instance,
        Machine);

    private Task<TokenResult> StartFlight(Func<Task<TokenResult>> flight)
    {
        var result = new TaskCompletionSource<TokenResult>();
        Machine.After(TimeSpan.Zero, () => Machine.Agenda.Start(async () => result.SetResult(await flight())));
        return result.Task;
    }

    private async ValueTask LogInAsync(SessionEndedContext context, CancellationToken cancellationToken) => await Person.LogInAsync(async () =>
    {
        await Machine.PassAsync(Person.Dice.Seconds(5, 30));
        return await context.RedeemAsync([new("grant_type", Server.LogInGrant), new("user", Person.Name)], cancellationToken) is TokenResult.Succeeded;
    });

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed class OneSession : ITokenSessionAccessor
    {
        public static readonly OneSession Instance = new();

        public string? GetSessionId(string clientName) => TokenSessionKey.DefaultSessionId;
    }
}
