namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Runs every case and tells a console.</summary>
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

    public static async Task<ConformanceReport> RunAllAsync<THarness>(
        IReadOnlyList<ConformanceCase<THarness>> cases, THarness harness, TextWriter output, ConformanceOptions? options, CancellationToken cancellationToken)
        where THarness : ConformanceHarness
    {
        var (passed, failed, exempted, notExercised) = (0, 0, 0, 0);
        string? first = null;
        foreach (var @case in cases)
        {
            var result = await @case.RunAsync(harness, options, cancellationToken).ConfigureAwait(false);
            switch (result)
            {
                case ConformanceResult.Passed:
                    passed++;
                    break;
                case ConformanceResult.Exempted:
                    exempted++;
                    break;
                case ConformanceResult.NotExercised:
                    notExercised++;
                    break;
                default:
                    first ??= @case.Name;
                    failed++;
                    break;
            }

            var line = result is ConformanceResult.Failed failure ? $"FAILED {failure.Exception.Message}" : $"{@case.Name} {result}";
            await output.WriteLineAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in harness.Exemptions.Keys.Except(cases.Select(@case => @case.Name)).Order(StringComparer.Ordinal))
        {
            failed++;
            await output.WriteLineAsync($"FAILED {name}: the harness exempts it, and there is no such case".AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        if (first is not null)
        {
            await output.WriteLineAsync($"Read {first} first: later failures often follow from it.".AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        var report = new ConformanceReport(passed, failed, exempted, notExercised);
        await output.WriteLineAsync(report.ToString().AsMemory(), cancellationToken).ConfigureAwait(false);
        return report;
    }
}
