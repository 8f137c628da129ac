namespace RefreshTokenRotation.Client;

/// <summary>Names the session of the current caller. Register one to serve several users: per web request, per Blazor circuit.</summary>
/// <remarks>Without a registration every call uses one session, <see cref="TokenSessionKey.DefaultSessionId"/>, which suits apps of one user.</remarks>
public interface ITokenSessionAccessor
{
    /// <summary>The session of the current caller. Must be thread-safe and fast: it runs for every request.</summary>
    /// <param name="clientName">The name that <c>AddRefreshTokenClient</c> got.</param>
    /// <returns>An id that means nothing to others, such as a random one per log-in; null if nobody is signed in.</returns>
    string? GetSessionId(string clientName);
}
