using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>Looks for a sequence on which an engine and the model disagree.</summary>
internal static class ModelSearch
{
    /// <summary>Puts random sequences to an engine and to the model.</summary>
    /// <param name="engine">Makes a new engine for each sequence.</param>
    /// <param name="count">How many sequences.</param>
    /// <param name="inspect">Looks at each world after its sequence.</param>
    /// <returns>The smallest counterexample that was found, and the seed; null if there was none.</returns>
    public static string? Run(Func<Subject> engine, int count, Action<Comparison>? inspect = null) =>
        Search.ForAll(
            Sequences.Arbitrary,
            async sequence =>
            {
                using var world = new Comparison(engine());
                await sequence.RunAsync(world);
                inspect?.Invoke(world);
            },
            count);
}
