using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Rotation;

/// <summary>What a row keeps of the next secret.</summary>
/// <param name="Hash">SHA-256 of it.</param>
/// <param name="Salt">What it was derived with; null if leeway is off and it is random.</param>
internal readonly record struct Successor(Opaque256 Hash, Opaque256? Salt);
