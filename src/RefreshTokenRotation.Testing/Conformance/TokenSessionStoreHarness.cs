using RefreshTokenRotation.Client;

namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>Opens a client's session store for the kit. The cases of one harness run one after the other.</summary>
public abstract class TokenSessionStoreHarness : ConformanceHarness
{
    /// <summary>Opens an empty store that nothing else uses. Called once for each case.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    public abstract ValueTask<ITokenSessionStore> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens a further instance over the data of the store that was opened last, as another process or node would. A store that lives in
    /// the memory of one process returns the same instance.</summary>
    /// <param name="cancellationToken">Cancels the run.</param>
    public abstract ValueTask<ITokenSessionStore> OpenSecondAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="RotationPolicyStoreHarness.CrashAsync"/>
    public virtual ValueTask<ITokenSessionStore> CrashAsync(CancellationToken cancellationToken) => throw NotOverridden(nameof(CrashAsync));
}
