using System.Globalization;
using RefreshTokenRotation.Simulation.Rules;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>What an exploration found.</summary>
/// <param name="World">The world.</param>
/// <param name="States">Different states.</param>
/// <param name="Transitions">Steps between them.</param>
/// <param name="Longest">The length of the longest of the shortest ways to a state.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Broken">The rule that was broken, if any.</param>
/// <param name="Trace">The shortest way to it.</param>
internal sealed record Findings(
    World World, int States, long Transitions, int Longest, TimeSpan Time, Rule? Broken, IReadOnlyList<string> Trace)
{
    /// <summary>Whether every state was visited.</summary>
    public bool IsComplete { get; init; }

    public string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"{World.Name,-46} {States,10:N0} {Transitions,12:N0} {Longest,8} {Time.TotalSeconds,7:0.0} s  {(Broken is null ? 0 : 1),10}");

    public string Story => Broken is null
        ? string.Empty
        : $"In the world '{World.Name}' a rule was broken.\n  {Broken.Broken}\n" + string.Join('\n', Trace.Select((line, i) => $"  {i + 1,2}. {line}"));
}
