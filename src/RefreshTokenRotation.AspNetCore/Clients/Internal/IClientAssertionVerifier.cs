namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Verifies <c>private_key_jwt</c> (RFC 7523 section 3). Without one, no client can authenticate so.</summary>
internal interface IClientAssertionVerifier
{
    /// <summary>The client that an assertion claims to come from (<c>sub</c>), unverified; null if it can't be read.</summary>
    string? ReadClientId(string assertion);

    /// <summary>Null if the client signed the assertion, for this server, and not too long ago; else the code of the check that failed.</summary>
    ValueTask<string?> FindFailureAsync(OAuthRequest request, OAuthClient client, string assertion, CancellationToken cancellationToken);
}
