namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Runs every case and reports to the console.</summary>
internal static class ConformanceRunner
{
    public static IReadOnlyList<ConformanceCase<THarness>> Numbered<THarness>(IReadOnlyList<ConformanceCase<THarness>> cases)
        where THarness : ConformanceHarness
    {
        for (var i = 0; i < cases.Count; i++)
        {
            cases[i].Number = i + 1;
        }

        return cases;
    }

    public static Task<ConformanceReport> RunAllAsync<THarness>(
        IReadOnlyList<ConformanceCase<THarness>> cases, THarness harness, TextWriter output, ConformanceOptions? options, CancellationToken cancellationToken)
        where THarness : ConformanceHarness
    {
        ArgumentNullException.ThrowIfNull(harness);
        ArgumentNullException.ThrowIfNull(output);
        return RunEachAsync(cases, harness, output, options, cancellationToken);
    }

    private static async Task<ConformanceReport> RunEachAsync<THarness>(
        IReadOnlyList<ConformanceCase<THarness>> cases, THarness harness, TextWriter output, ConformanceOptions? options, CancellationToken cancellationToken)
        where THarness : ConformanceHarness
    {
        var results = new List<ConformanceResult>();
        foreach (var @case in cases)
        {
            var result = await @case.RunAsync(harness, options, cancellationToken).ConfigureAwait(false);
            results.Add(result);
            var line = result is ConformanceResult.Failed failure ? $"FAILED {failure.Exception.Message}" : $"{@case.Name} {result}";
            await output.WriteLineAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        var unknown = harness.Exemptions.Keys.Except(cases.Select(@case => @case.Name)).Order(StringComparer.Ordinal).ToList();
        foreach (var name in unknown)
        {
            await output.WriteLineAsync($"FAILED {name}: the harness exempts it, and there is no such case".AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        if (results.FindIndex(static result => result is ConformanceResult.Failed) is var first and >= 0)
        {
            await output.WriteLineAsync($"Read {cases[first].Name} first: later failures often follow from it.".AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        var report = new ConformanceReport(
            results.OfType<ConformanceResult.Passed>().Count(),
            results.OfType<ConformanceResult.Failed>().Count() + unknown.Count,
            results.OfType<ConformanceResult.Exempted>().Count(),
            results.OfType<ConformanceResult.NotExercised>().Count());
        await output.WriteLineAsync(report.ToString().AsMemory(), cancellationToken).ConfigureAwait(false);
        return report;
    }
}
