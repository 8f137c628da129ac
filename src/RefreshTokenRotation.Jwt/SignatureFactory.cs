namespace RefreshTokenRotation.Jwt;

/// <summary>Signs with a key that does not leave its service (KMS, HSM). Thread-safe.</summary>
/// <param name="data">What is signed. It is hashed with SHA-256 by the signer.</param>
/// <param name="cancellationToken">The caller's.</param>
/// <returns>The signature: for ES256 the 64 bytes r and s (RFC 7518 section 3.4), not their ASN.1 form. An exception ends the request and
/// consumes nothing.</returns>
public delegate ValueTask<byte[]> SignatureFactory(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
