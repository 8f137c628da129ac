using AuthorizationServer.Setup;
using AuthorizationServer.State;

namespace AuthorizationServer.Accounts;

/// <summary>Sessions: a random cookie, and its entry in the state store, so that every instance knows it.</summary>
internal sealed class Sessions(IStateStore store, Users users, TimeProvider time, ServerSettings settings)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    private readonly Entries<Session> _entries = new(store, time, "session");
    private readonly Entries<EndedSessions> _ended = new(store, time, "ended_sessions");
    private readonly Cookie _cookie = new("session", settings);

    /// <summary>The session of a request; null if there is none, if it was ended, or if its user is no longer there.</summary>
    public async ValueTask<Session?> FindAsync(HttpContext context) =>
        _cookie.Read(context) is { } secret
        && await _entries.FindAsync(secret, context.RequestAborted) is { Value: var session }
        && users.Find(session.Subject) is not null
        && !await HasEndedAsync(session, context.RequestAborted)
            ? session
            : null;

    /// <summary>Signs a user in. The cookie is always a new one, so a planted one is useless.</summary>
    public async ValueTask StartAsync(HttpContext context, User user)
    {
        await EndAsync(context);
        var secret = RandomId.New();
        await _entries.AddAsync(secret, new Session(RandomId.New(), user.Subject, time.GetUtcNow()), Lifetime, context.RequestAborted);
        _cookie.Write(context, secret);
    }

    public async ValueTask EndAsync(HttpContext context)
    {
        if (_cookie.Read(context) is { } secret)
        {
            await _entries.RemoveAsync(secret, context.RequestAborted);
            _cookie.Delete(context);
        }
    }

    /// <summary>Ends one session of a user, or all, in whatever browsers they are.</summary>
    public async ValueTask EndAsync(string subject, string? sessionId, CancellationToken cancellationToken)
    {
        bool stored;
        do
        {
            var before = await _ended.FindAsync(subject, cancellationToken);
            var (startedBefore, ids) = (before?.Value.StartedBefore, before?.Value.Ids ?? []);
            var ended = sessionId is null ? new EndedSessions(time.GetUtcNow(), []) : new EndedSessions(startedBefore, [.. ids.Append(sessionId).Distinct()]);
            stored = before is null
                ? await _ended.AddAsync(subject, ended, Lifetime, cancellationToken)
                : await _ended.SwapAsync(subject, before, ended, Lifetime, cancellationToken);
        }
        while (!stored);
    }

    /// <summary>Whether a session was ended after it had given somebody a code. Asked when the code is redeemed: the family is stored by then, so that the end meets one or the other.</summary>
    public async ValueTask<bool> HasEndedAsync(Session session, CancellationToken cancellationToken) =>
        (await _ended.FindAsync(session.Subject, cancellationToken))?.Value.Include(session) == true;

    /// <summary>The value that forms are bound to while somebody is signed in.</summary>
    public string? Secret(HttpContext context) => _cookie.Read(context);
}
