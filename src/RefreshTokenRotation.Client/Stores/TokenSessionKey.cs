namespace RefreshTokenRotation.Client;

/// <summary>Names a session: a registered client, and a log-in at it.</summary>
/// <param name="ClientName">The name that <c>AddRefreshTokenClient</c> got.</param>
/// <param name="SessionId">The session of that client.</param>
public readonly record struct TokenSessionKey(string ClientName, string SessionId)
{
    /// <summary>The session of apps that have one user.</summary>
    public const string DefaultSessionId = "default";

    /// <summary>Names the client only: a host may use a secret as the session id.</summary>
    /// <returns>A text without secrets.</returns>
    public override string ToString() => $"session of {ClientName}";
}
