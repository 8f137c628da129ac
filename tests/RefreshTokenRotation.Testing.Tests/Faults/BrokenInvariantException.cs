namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>Something happened that must not happen whatever the store does.</summary>
internal sealed class BrokenInvariantException(string message) : Exception(message);
