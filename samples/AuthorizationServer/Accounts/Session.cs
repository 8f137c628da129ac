namespace AuthorizationServer.Accounts;

/// <summary>A user who is signed in at this server, in one browser.</summary>
/// <param name="Id">Its name in tokens and lists (<c>sid</c>): not the cookie.</param>
/// <param name="Subject">The user.</param>
/// <param name="AuthenticatedAt">When the password was given.</param>
internal sealed record Session(string Id, string Subject, DateTimeOffset AuthenticatedAt);
