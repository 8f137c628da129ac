using AuthorizationServer.Accounts;
using AuthorizationServer.Setup;
using AuthorizationServer.State;
using RefreshTokenRotation;

namespace AuthorizationServer.Notices;

/// <summary>Mails a user when a copy of a token was used, with a link that works once. The link holds a random handle of which only the hash is stored, for a day. It is no key to
/// anything: opening the page changes nothing (mail scanners open links), and all that it can do is end sessions, by a POST. Anyone who finds it in a log can do no more.</summary>
internal sealed class TheftNotices(IStateStore store, TimeProvider time, Users users, Outbox outbox, ServerSettings settings) : IRefreshTokenEventHandler
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly Entries<Notice> _entries = new(store, time, "notice");

    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        // Once a family: it has ended, and later replays are rejections.
        if (refreshTokenEvent is RefreshTokenEvent.ReuseDetected { FamilyRevoked: true, Family: { } family } reuse && users.Find(family.Subject) is { } user)
        {
            var handle = RandomId.New();
            var notice = Notice.Of(reuse, family);
            await _entries.AddAsync(handle, notice, Lifetime, cancellationToken);
            var text = notice.LooksOwn
                ? "One of your sessions was used twice on the same device, most likely by your own app or agent, and we have ended it. Was this you?"
                : "Somebody used a copy of one of your sessions, and we have ended it. Was this you?";
            outbox.Send(new Mail(user.Subject, user.Email, text, $"{settings.Origin}{NoticePages.Path}/{handle}"));
        }
    }

    /// <summary>The notice behind a link; null if the link is unknown, used or older than a day.</summary>
    public async ValueTask<Notice?> FindAsync(string handle, CancellationToken cancellationToken) => (await _entries.FindAsync(handle, cancellationToken))?.Value;

    /// <summary>Uses a link up. True for one caller.</summary>
    public ValueTask<bool> UseAsync(string handle, CancellationToken cancellationToken) => _entries.RemoveAsync(handle, cancellationToken);
}
