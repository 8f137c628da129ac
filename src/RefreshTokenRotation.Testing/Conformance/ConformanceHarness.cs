namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>What an author tells the kit of a store.</summary>
public abstract class ConformanceHarness : IAsyncDisposable
{
    /// <summary>The cases that do not hold for this store, by name, and why. Core cases can't be exempted.</summary>
    public virtual IReadOnlyDictionary<string, string> Exemptions { get; } = new Dictionary<string, string>();

    /// <summary>Chooses the store as a host would: <c>builder.UseTokenStore&lt;MyStore&gt;()</c>, for instance, with all that the store needs.</summary>
    /// <param name="builder">The builder.</param>
    /// <exception cref="NotSupportedException">The harness does not say how: exempt the registration case then.</exception>
    public virtual void Configure(RefreshTokenRotationBuilder builder) =>
        throw new NotSupportedException($"{GetType().Name} does not override {nameof(Configure)}, so that nobody knows how a host registers the store.");

    /// <summary>Ends what the harness opened.</summary>
    /// <returns>A task that ends when all is closed.</returns>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
