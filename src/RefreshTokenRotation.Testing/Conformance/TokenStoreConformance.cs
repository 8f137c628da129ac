using RefreshTokenRotation.Testing.Conformance.Cases;

namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>The conformance kit for authors of an <see cref="ITokenStore"/>: what the engine relies on, as cases that any test framework runs.</summary>
public static class TokenStoreConformance
{
    /// <summary>Every case, simple clauses first. Each runs on its own.</summary>
    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> Cases { get; } = ConformanceRunner.Numbered(
    [
        .. RoundTripCases.All,
        .. TrailCases.All,
        .. UniquenessCases.All,
        .. SwapCases.All,
        .. AtomicityCases.All,
        .. AmbientTransactionCases.All,
        .. CapCases.All,
        .. CapRaceCases.All,
        .. RevocationCases.All,
        .. RevocationScopeCases.All,
        .. RevocationRaceCases.All,
        .. ListingCases.All,
        .. PruningCases.All,
        .. CancellationCases.All,
        .. RegistrationCases.All,
        .. ModelCases.All,
    ]);

    /// <summary>Finds a case by its name, for frameworks that want test data to be text.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is no such case.</exception>
    public static ConformanceCase<TokenStoreHarness> Get(string name) =>
        Cases.FirstOrDefault(@case => @case.Name == name) ?? throw new ArgumentException($"There is no case '{name}'.", nameof(name));

    /// <summary>Runs every case, for consoles: a line for each, and the counts at the end.</summary>
    /// <param name="harness">Opens the store; the caller disposes it.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="options">How hard to try. Default: <c>new ConformanceOptions()</c>.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The counts; the store conforms if none failed.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Task<ConformanceReport> RunAllAsync(
        TokenStoreHarness harness, TextWriter output, ConformanceOptions? options = null, CancellationToken cancellationToken = default) =>
        ConformanceRunner.RunAllAsync(Cases, harness, output, options, cancellationToken);
}
