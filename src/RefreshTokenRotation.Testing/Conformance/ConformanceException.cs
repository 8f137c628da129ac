using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>A store breaks a clause of its contract. The message tells what was seen, the clause, the seed and the history of calls; no
/// secret is in it.</summary>
public sealed class ConformanceException : Exception
{
    internal ConformanceException(string caseName, string clause, int seed, string observation, string history, Exception? inner)
        : base(Describe(caseName, clause, seed, observation, history), inner)
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

    /// <summary>The last calls and their answers, a line each.</summary>
    public string History { get; }

    private static string Describe(string caseName, string clause, int seed, string observation, string history) => string.Create(
        CultureInfo.InvariantCulture, $"{caseName}: {observation}\nClause: {clause}\nSeed: {seed}\nHistory:\n{history}");
}
