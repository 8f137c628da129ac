namespace RefreshTokenRotation.Jwt;

/// <summary>Adds the host's own claims. It is called at every exchange, before anything is written, once for the access token and once for the
/// ID token, so that what a user may do is never older than the token. It may be scoped; a singleton must be thread-safe.</summary>
public interface IClaimsSource
{
    /// <summary>Adds claims to a token.</summary>
    /// <param name="context">The token, its user, and what it is for.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>When the claims are added. An exception ends the request and consumes nothing.</returns>
    ValueTask AddClaimsAsync(ClaimsContext context, CancellationToken cancellationToken);
}
