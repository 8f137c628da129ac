using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>An engine with scripted surroundings, and a token whose next exchange ends as a test wants it.</summary>
internal sealed class Scenario : IDisposable
{
    public static readonly ExchangeOutcome[] Outcomes = Enum.GetValues<ExchangeOutcome>();

    /// <summary>Rows 8, 10, 11 and 13.</summary>
    public static readonly ExchangeOutcome[] FreshOutcomes =
    [
        ExchangeOutcome.Rotated, ExchangeOutcome.ConvertedToRotating, ExchangeOutcome.ConvertedToNonRotating, ExchangeOutcome.Recovered,
    ];

    private Scenario(RotationPolicy policy) => Engine = new Engine(policy, Store, builder =>
    {
        builder.Services.AddSingleton<IExchangeHook>(First);
        builder.Services.AddSingleton<IExchangeHook>(Second);
        builder.Services.AddSingleton<RandomSource>(Random);
    });

    public ScriptedStore Store { get; } = new();

    public ScriptedHook First { get; } = new();

    public ScriptedHook Second { get; } = new();

    public CountingRandom Random { get; } = new();

    public Engine Engine { get; }

    public ExchangeOutcome Outcome { get; private init; }

    public IssueResult Issued { get; private set; } = null!;

    public RefreshToken Token { get; private set; }

    /// <summary>The row as it was before the exchange.</summary>
    public TokenFamily Before { get; private set; } = null!;

    /// <summary>Prepares the exchange: only the last step is left to do.</summary>
    public static async Task<Scenario> BeforeAsync(ExchangeOutcome outcome, RotationPolicy? policy = null)
    {
        var rotating = (policy ?? RotationPolicy.Mobile) with { RotationType = RotationType.Rotating };
        var reusable = rotating with { RotationType = RotationType.NonRotating };
        var startsReusable = outcome is ExchangeOutcome.Used or ExchangeOutcome.ConvertedToRotating;
        var scenario = new Scenario(startsReusable ? reusable : rotating) { Outcome = outcome };
        var engine = scenario.Engine;

        scenario.Issued = await engine.IssueAsync();
        scenario.Token = scenario.Issued.RefreshToken;
        if (outcome is ExchangeOutcome.Reissued or ExchangeOutcome.Recovered)
        {
            await engine.SucceedAsync(scenario.Token);
        }

        engine.Policy = outcome is ExchangeOutcome.Used or ExchangeOutcome.ConvertedToNonRotating ? reusable : rotating;
        engine.Time.Advance(outcome == ExchangeOutcome.Reissued ? TimeSpan.FromSeconds(1) : TimeSpan.FromHours(1));
        scenario.Before = await scenario.RowAsync();
        engine.Events.Clear();
        scenario.Store.Reset();
        scenario.First.Forget();
        scenario.Second.Forget();
        scenario.Random.Draws = 0;
        return scenario;
    }

    public Task<TokenFamily> RowAsync() => Engine.RowAsync(Issued);

    /// <summary>Exchanges and expects the outcome.</summary>
    public Task<RefreshToken> FinishAsync() => Engine.ExpectAsync(Token, Outcome);

    /// <summary>The row, the events and the use of the token are as if the exchange had not been tried.</summary>
    public async Task ExpectNothingConsumedAsync()
    {
        (await RowAsync()).Should().BeSameAs(Before);
        Store.Swaps.Should().Be(0);
        Engine.Events.Of<RefreshTokenEvent.Exchanged>().Should().BeEmpty();
        Store.Reset();
        (First.OnExchange, Second.OnExchange) = (null, null);
        await FinishAsync();
    }

    /// <summary>Others take the token two generations on.</summary>
    public async Task OvertakeTwiceAsync()
    {
        Engine.Policy = Engine.Policy with { RotationType = RotationType.Rotating };
        var next = await Engine.SucceedAsync(Token);
        await Engine.SucceedAsync(next.RefreshToken);
    }

    public Task WriteMetadataAsync(string value) =>
        Engine.Families.SetMetadataAsync(Issued.Family.FamilyId, new Dictionary<string, string> { ["n"] = value }).AsTask();

    public void Dispose() => Engine.Dispose();
}
