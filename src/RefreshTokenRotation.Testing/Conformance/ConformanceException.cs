using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>A store breaks a clause of its contract. The message says what was seen, the clause, the seed and the calls that concern the
/// family at fault, on 40 lines at most; no secret is in it.</summary>
public sealed class ConformanceException : Exception
{
    private const int ObservationLines = 6;
    private const int HistoryLines = 30;
    private const int LineLength = 500;

    internal ConformanceException(string caseName, int number, string clause, int seed, string observation, string history, Exception? inner)
        : base(Describe(caseName, number, clause, seed, observation, history), inner)
    {
        CaseName = caseName;
        Clause = clause;
        Seed = seed;
        Observation = observation;
        History = history;
    }

    /// <summary>The case.</summary>
    public string CaseName { get; }

    /// <summary>The clause of the contract that is broken.</summary>
    public string Clause { get; }

    /// <summary>The seed: <see cref="ConformanceOptions.Seed"/> for another run of the same case.</summary>
    public int Seed { get; }

    /// <summary>What was seen.</summary>
    public string Observation { get; }

    /// <summary>The calls that concern the family at fault, or all calls if no single family is; one per line. The message holds the last ones.</summary>
    public string History { get; }

    private static string Describe(string caseName, int number, string clause, int seed, string observation, string history)
    {
        var calls = history.Split('\n');
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {caseName}: {Lines(observation.Split('\n').Take(ObservationLines))}
            Clause: {clause}
            Seed: {seed}
            Case {number}: if several cases fail, read the one with the lowest number first.
            History{(calls.Length > HistoryLines ? $", the last {HistoryLines} of {calls.Length} calls" : string.Empty)}:
            {Lines(calls.TakeLast(HistoryLines))}
            """);
    }

    private static string Lines(IEnumerable<string> lines) =>
        string.Join('\n', lines.Select(static line => line.Length > LineLength ? line[..LineLength] + "..." : line));
}
