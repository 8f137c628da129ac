namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>One clause of a store's contract, and the code that checks it. Cases are data: a later version brings more.</summary>
/// <typeparam name="THarness">What opens the store.</typeparam>
public sealed class ConformanceCase<THarness>
    where THarness : ConformanceHarness
{
    private readonly Func<THarness, CaseRun, Task> _check;

    internal ConformanceCase(string name, ConformanceGroup group, bool isCore, string clause, Func<THarness, CaseRun, Task> check)
    {
        Name = name;
        Group = group;
        IsCore = isCore;
        Clause = clause;
        _check = check;
    }

    /// <summary>The name, which stays the same from version to version: <c>swap.one-winner</c>, for instance.</summary>
    public string Name { get; }

    /// <summary>The place among all cases, from 1. Simple clauses come first: if several cases fail, read the lowest number first.</summary>
    public int Number { get; internal set; }

    /// <summary>What the case is about.</summary>
    public ConformanceGroup Group { get; }

    /// <summary>The clause of the contract that is checked.</summary>
    public string Clause { get; }

    /// <summary>Whether the engine's promises rest on it, so that no store may be exempted.</summary>
    public bool IsCore { get; }

    /// <summary>Runs the case on an empty store.</summary>
    /// <param name="harness">Opens the store; the caller disposes it.</param>
    /// <param name="options">How hard to try. Default: <c>new ConformanceOptions()</c>.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>Passed, failed, exempted or not exercised.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<ConformanceResult> RunAsync(
        THarness harness, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(harness);
        options ??= new ConformanceOptions();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = new CaseRun(options, ending.Token);
        try
        {
            if (harness.Exemptions.TryGetValue(Name, out var reason))
            {
                CaseRun.Require(!IsCore, "the harness exempts it, and core cases can't be exempted");
                CaseRun.Require(!string.IsNullOrWhiteSpace(reason), "the harness exempts it without a reason");
                return new ConformanceResult.Exempted(reason);
            }

            // On the pool, to distinguish a store that blocks its caller from a slow one.
            await Task.Run(() => _check(harness, run), CancellationToken.None)
                .WaitAsync(options.Timeout, options.TimeProvider, cancellationToken)
                .ConfigureAwait(false);
            return new ConformanceResult.Passed();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Anything still running is cancelled; a call that hangs is left behind.
            await ending.CancelAsync().ConfigureAwait(false);
            if (exception is NotExercisedException)
            {
                return new ConformanceResult.NotExercised(exception.Message);
            }

            var observation = exception switch
            {
                BrokenClauseException => exception.Message,
                TimeoutException => $"not over after {options.Timeout}: a call hangs, or the store is too slow for these options. {exception.Message}",
                _ => $"{exception.GetType().Name}: {exception.Message}",
            };
            return new ConformanceResult.Failed(
                new ConformanceException(
                    Name,
                    Number,
                    Clause,
                    options.Seed,
                    observation,
                    (exception as BrokenClauseException)?.History ?? run.History.About(observation),
                    exception is BrokenClauseException ? null : exception));
        }
    }

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>, which test runners show.</returns>
    public override string ToString() => Name;
}
