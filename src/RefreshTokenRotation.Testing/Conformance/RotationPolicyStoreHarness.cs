namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>Opens a policy store for the kit. The cases of one harness run one after the other.</summary>
public abstract class RotationPolicyStoreHarness : ConformanceHarness
{
    /// <summary>For how long an answer may be out of date, as the store says. Default: zero.</summary>
    public virtual TimeSpan Staleness => TimeSpan.Zero;

    /// <summary>Opens an empty store that nothing else uses. Called once for each case.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    public abstract ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="TokenStoreHarness.OpenSecondAsync"/>
    public abstract ValueTask<IRotationPolicyStore> OpenSecondAsync(CancellationToken cancellationToken);

    /// <summary>Kills the process that holds every instance, without a shutdown, and opens the same data again.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The store, as a process finds it that starts after the crash.</returns>
    /// <exception cref="NotSupportedException">The harness does not override it: the case of a crash is not exercised.</exception>
    public virtual ValueTask<IRotationPolicyStore> CrashAsync(CancellationToken cancellationToken) => throw NotOverridden(nameof(CrashAsync));

    /// <summary>Lets <see cref="Staleness"/> pass. Default: waits. Override it if the store takes its time from a fake clock.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>A task that ends when the time has passed.</returns>
    public virtual ValueTask PassStalenessAsync(CancellationToken cancellationToken) =>
        Staleness > TimeSpan.Zero ? new(Task.Delay(Staleness, TimeProvider.System, cancellationToken)) : ValueTask.CompletedTask;
}
