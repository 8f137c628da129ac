using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>One bug, and the cases that must find it.</summary>
/// <param name="Name">What the store does wrong.</param>
/// <param name="Cases">The cases that must fail.</param>
/// <param name="Break">Makes a broken store from a right one.</param>
internal sealed record Sabotage(string Name, string[] Cases, Func<ITokenStore, ITokenStore> Break)
{
    /// <summary>Whether calls throw or hang. All others answer, and it is the answers that must give them away.</summary>
    public bool Throws { get; init; }

    /// <summary>Whether each node has a broken store of its own over the same right one.</summary>
    public bool EachNode { get; init; }

    /// <summary>What is left after a crash, of the right store and the broken one.</summary>
    public Func<ITokenStore, ITokenStore>? AfterCrash { get; init; }

    /// <summary>How a host registers the store.</summary>
    public Action<RefreshTokenRotationBuilder>? Register { get; init; }

    public override string ToString() => Name;
}
