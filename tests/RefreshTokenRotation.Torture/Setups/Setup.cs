using RefreshTokenRotation.Torture.Faults;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Setups;

/// <summary>Servers as a host would run them, or as it should not.</summary>
internal abstract class Setup : IAsyncDisposable
{
    public abstract string Name { get; }

    /// <summary>How many nodes share the store.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>What happens to the servers and on the way to them.</summary>
    public virtual IReadOnlyList<Fault> Faults => [];

    public abstract Task StartAsync();

    /// <summary>What the node of a place connects to.</summary>
    public abstract StoreAddress AddressOf(int place);

    public abstract ValueTask DisposeAsync();
}
