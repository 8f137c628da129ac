namespace RefreshTokenRotation;

/// <summary>The public keys by which resource servers validate the host's access tokens (RFC 7517). The endpoints for ASP.NET Core publish one
/// source: the last that was registered.</summary>
public interface IJsonWebKeySetSource
{
    /// <summary>The document as of now: keys that sign now, will sign soon, or have signed tokens that are still valid.</summary>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>A JSON Web Key Set, with public members only.</returns>
    ValueTask<string> GetJsonWebKeySetAsync(CancellationToken cancellationToken);
}
