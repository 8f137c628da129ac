using RefreshTokenRotation.Testing.Tests.Faults;

namespace RefreshTokenRotation.Testing.Tests.EveryCall;

/// <summary>One operation of the engine, and all that is known of it when nothing fails.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Policy">The policy of the first log-in.</param>
/// <param name="Calls">The store calls that it makes, in order.</param>
/// <param name="Answer">What it answers.</param>
/// <param name="Act">Does it.</param>
internal sealed record Scenario(
    string Name, RotationPolicy Policy, IReadOnlyList<StoreCall> Calls, string Answer, Func<FaultWorld, Task<string>> Act)
{
    public const string Unavailable = "unavailable";

    /// <summary>Prepares the world. Default: nothing beyond the first log-in.</summary>
    public Func<FaultWorld, Task> Arrange { get; init; } = _ => Task.CompletedTask;

    /// <summary>Whether its write has happened; null for operations that write nothing.</summary>
    public Func<FaultWorld, Task<bool>>? IsDone { get; init; }

    /// <summary>Whether what follows the write has happened, a wide reuse response or the end of a migration; null if nothing follows.</summary>
    public Func<FaultWorld, Task<bool>>? IsAllDone { get; init; }

    /// <summary>What it answers if its find is one write behind. Default: the same.</summary>
    public string? AnswerWhenStale { get; init; }

    /// <summary>Whether it is an exchange or an issue, which settle an unclear write themselves; the others leave that to their caller.</summary>
    public bool SettlesWrites { get; init; }

    /// <summary>Whether its write is given up when it meets another one that did the same (row 9: last use and idle expiry).</summary>
    public bool GivesWay { get; init; }

    public async Task<FaultWorld> PrepareAsync()
    {
        var world = await FaultWorld.CreateAsync(store => new Support.Subject(store), Policy);
        await Arrange(world);
        return world;
    }

    /// <summary>Does it; an outage is an answer too.</summary>
    public async Task<string> RunAsync(FaultWorld world)
    {
        try
        {
            return await Act(world);
        }
        catch (RefreshTokenUnavailableException)
        {
            return Unavailable;
        }
    }

    public override string ToString() => Name;
}
