namespace AuthorizationServer.Accounts;

/// <summary>A user who is signed in at this server, in one browser.</summary>
/// <param name="Id">Its name in tokens and lists (<c>sid</c>): not the cookie.</param>
/// <param name="Subject">The user.</param>
/// <param name="AuthenticatedAt">When the password was given.</param>
internal sealed record Session(string Id, string Subject, DateTimeOffset AuthenticatedAt);

/// <summary>The sessions of a user that somebody else has ended. Sessions themselves can be found only by their cookies.</summary>
/// <param name="StartedBefore">All that started no later than this; null if not all were ended.</param>
/// <param name="Ids">These, besides.</param>
internal sealed record EndedSessions(DateTimeOffset? StartedBefore, IReadOnlyList<string> Ids)
{
    public bool Include(Session session) => session.AuthenticatedAt <= StartedBefore || Ids.Contains(session.Id);
}
