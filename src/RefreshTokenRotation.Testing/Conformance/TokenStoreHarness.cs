namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>Opens a token store for the kit. The cases of one harness run one after the other.</summary>
public abstract class TokenStoreHarness : ConformanceHarness
{
    /// <summary>Opens an empty store that nothing else uses. Called once for each case: what the case before left may be dropped.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    public abstract ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens a further instance over the data of the store that was opened last, as another node would. A store that lives in
    /// the memory of one process returns the same instance.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    public abstract ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken);

    /// <summary>Kills the process that holds every instance, without a shutdown (drop them undisposed, cut their connections, kill a child
    /// process), and opens the same data again.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The store, as a process finds it that starts after the crash.</returns>
    /// <exception cref="NotSupportedException">The harness does not override it: the case of a crash is not exercised.</exception>
    public virtual ValueTask<ITokenStore> CrashAsync(CancellationToken cancellationToken) => throw NotOverridden(nameof(CrashAsync));
}
