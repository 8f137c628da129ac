namespace RefreshTokenRotation.AspNetCore.Internal.Senders;

/// <summary>What came of a DPoP proof.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Thumbprint">The key's (<c>jkt</c>), if the proof is valid; else null.</param>
internal readonly record struct ProofResult(ProofOutcome Outcome, string? Thumbprint = null);
