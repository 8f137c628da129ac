using RefreshTokenRotation.Testing.Conformance.Model;

namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>Random operations, compared with a model.</summary>
internal static class ModelCases
{
    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core(
            "model.sequential",
            ConformanceGroup.Model,
            "Calls one after the other return what the contract says, whatever came before.",
            static trial => RunAsync(trial, static (trial, seed) => new SequentialRun(trial, seed).RunAsync())),
        TokenCase.Core(
            "model.linearizable",
            ConformanceGroup.Model,
            "Reads and writes are linearizable: for each family, one order of the parallel calls explains all their results.",
            static trial => RunAsync(trial, static (trial, seed) => new ParallelRun(trial, seed).RunAsync())),
    ];

    private static async Task RunAsync(TokenStoreTrial trial, Func<TokenStoreTrial, int, Task> run)
    {
        for (var i = 0; i < trial.Options.ModelRuns; i++)
        {
            await run(trial, unchecked(trial.Options.Seed + i)).ConfigureAwait(false);
        }
    }
}
