using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace RefreshTokenRotation.Testing.Tests.Support;

/// <summary>Looks for counterexamples, always the same ones for a seed.</summary>
internal static class Search
{
    /// <summary>What everything random follows from. The test run parameter <c>Seed</c> sets another one.</summary>
    public static ulong Seed { get; } = TestContext.Parameters.Get("Seed", 20260101UL);

    /// <summary>How many times as many values are tried as usual. The test run parameter <c>Effort</c> sets it.</summary>
    public static int Effort { get; } = TestContext.Parameters.Get("Effort", 1);

    /// <summary>Runs a property on random values.</summary>
    /// <param name="values">Makes the values, and smaller ones of those that fail.</param>
    /// <param name="property">Throws where it does not hold.</param>
    /// <param name="count">How many values, at the usual effort.</param>
    /// <returns>The smallest counterexample that was found, and the seed; null if there was none.</returns>
    public static string? ForAll<T>(Arbitrary<T> values, Func<T, Task> property, int count)
    {
        // The second number of a generator's state is odd.
        var start = new Replay(new Rnd(Seed, 1442695040888963407UL), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(count * Effort)
            .WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(start));
        try
        {
            Check.One(config, Prop.ForAll(values, value => property(value).GetAwaiter().GetResult()));
            return null;
        }
        catch (Exception counterexample)
        {
            return $"Seed {Seed}. {counterexample.Message}";
        }
    }
}
