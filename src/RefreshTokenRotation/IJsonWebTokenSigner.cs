namespace RefreshTokenRotation;

/// <summary>Signs the host's other JWTs, security event tokens for instance (RFC 8417), with the key that signs its access tokens now. Thread-safe.</summary>
public interface IJsonWebTokenSigner
{
    /// <summary>Signs a JWT.</summary>
    /// <param name="type">Its explicit type (<c>typ</c>, RFC 8725 section 3.11), such as <c>secevent+jwt</c>: letters, digits, <c>+</c>, <c>-</c> and <c>.</c>. It must be
    /// neither that of an access token (<c>at+jwt</c>) nor that of an ID token (<c>JWT</c>), so that no verifier takes one for the other.</param>
    /// <param name="payload">The claims, as a JSON object in UTF-8.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The token in compact form.</returns>
    /// <exception cref="ArgumentException">The type is not allowed.</exception>
    /// <exception cref="InvalidOperationException">No key is active, or the token is too long.</exception>
    ValueTask<string> SignAsync(string type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}
