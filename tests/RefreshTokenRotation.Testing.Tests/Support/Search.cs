using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace RefreshTokenRotation.Testing.Tests.Support;

/// <summary>Looks for counterexamples, always the same ones for a seed.</summary>
internal static class Search
{
    public const ulong Seed = 20260101;

    /// <summary>Runs a property on random values.</summary>
    /// <param name="values">Makes the values, and smaller ones of those that fail.</param>
    /// <param name="property">Throws where it does not hold.</param>
    /// <param name="count">How many values.</param>
    /// <param name="seed">What they follow from.</param>
    /// <returns>The smallest counterexample that was found, and the seed; null if there was none.</returns>
    public static string? ForAll<T>(Arbitrary<T> values, Func<T, Task> property, int count, ulong seed)
    {
        // The second number of a generator's state is odd.
        var start = new Replay(new Rnd(seed, 1442695040888963407UL), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(count)
            .WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(start));
        try
        {
            Check.One(config, Prop.ForAll(values, value => property(value).GetAwaiter().GetResult()));
            return null;
        }
        catch (Exception counterexample)
        {
            return $"Seed {seed}. {counterexample.Message}";
        }
    }
}
