namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>A case saw what the contract forbids.</summary>
internal sealed class BrokenClauseException(string observation) : Exception(observation);
