namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>What the author of a store implements for the kit.</summary>
public abstract class ConformanceHarness : IAsyncDisposable
{
    /// <summary>The cases that do not hold for this store, by name, and why. Core cases can't be exempted.</summary>
    public virtual IReadOnlyDictionary<string, string> Exemptions { get; } = new Dictionary<string, string>();

    /// <summary>Chooses the store as a host would: <c>builder.UseTokenStore&lt;MyStore&gt;()</c>, for instance, with all that the store needs.
    /// The store that the host gets must be over empty data: not over what the cases before have left. Called once for each registration case.</summary>
    /// <param name="builder">The builder.</param>
    /// <exception cref="NotSupportedException">The harness does not override it: the registration cases are not exercised.</exception>
    public virtual void Configure(RefreshTokenRotationBuilder builder) => throw NotOverridden(nameof(Configure));

    private protected NotExercisedException NotOverridden(string member) =>
        new($"{GetType().Name} does not override {member}");

    /// <summary>Ends what the harness opened.</summary>
    /// <returns>A task that ends when all is closed.</returns>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
