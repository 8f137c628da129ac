namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>Two that should agree do not.</summary>
internal sealed class DisagreementException(string message) : Exception(message);
