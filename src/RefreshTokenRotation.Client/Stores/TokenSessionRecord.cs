namespace RefreshTokenRotation.Client;

/// <summary>A session as a store keeps it.</summary>
/// <param name="Version">Unique per write.</param>
/// <param name="Data">Opaque bytes, at most some 64 KiB.</param>
public sealed record TokenSessionRecord(Guid Version, ReadOnlyMemory<byte> Data);
