using RefreshTokenRotation.Testing.Conformance.Cases;

namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>The conformance kit for authors of an <see cref="Client.ITokenSessionStore"/>, as cases that any test framework runs.</summary>
public static class TokenSessionStoreConformance
{
    /// <summary>Every case, simple clauses first. Each runs on its own.</summary>
    public static IReadOnlyList<ConformanceCase<TokenSessionStoreHarness>> Cases { get; } = ConformanceRunner.Numbered(SessionCases.All);

    /// <inheritdoc cref="TokenStoreConformance.Get"/>
    public static ConformanceCase<TokenSessionStoreHarness> Get(string name) =>
        Cases.FirstOrDefault(@case => @case.Name == name) ?? throw new ArgumentException($"There is no case '{name}'.", nameof(name));

    /// <inheritdoc cref="TokenStoreConformance.RunAllAsync"/>
    public static Task<ConformanceReport> RunAllAsync(
        TokenSessionStoreHarness harness, TextWriter output, ConformanceOptions? options = null, CancellationToken cancellationToken = default) =>
        ConformanceRunner.RunAllAsync(Cases, harness, output, options, cancellationToken);
}
