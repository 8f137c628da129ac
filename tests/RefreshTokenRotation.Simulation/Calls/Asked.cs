using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>What a call waits for: the place where the world may interleave, fail or crash it.</summary>
internal abstract record Asked
{
    public sealed record Find(Opaque256 LookupKey) : Asked;

    public sealed record List(Guid FamilyId) : Asked;

    /// <summary>The row is an index of <see cref="Universe.Rows"/>.</summary>
    public sealed record Swap(int Row, long ExpectedVersion) : Asked;

    public sealed record Revoke(TokenFamilyFilter Filter, FamilyRevocation Revocation) : Asked;

    public sealed record Sign : Asked;
}
