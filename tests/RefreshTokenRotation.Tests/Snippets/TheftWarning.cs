namespace RefreshTokenRotation.Tests.Snippets;

// snippet: events
internal sealed class TheftWarning(IMailer mailer) : IRefreshTokenEventHandler
{
    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        if (refreshTokenEvent is RefreshTokenEvent.ReuseDetected { FamilyRevoked: true, Family: { } family } reuse)
        {
            var device = family.FirstDevice?.Name ?? "a device";
            var looksLikeTheirOwn = reuse.Device is { } presenter && presenter == (family.LastDevice ?? family.FirstDevice);
            var text = looksLikeTheirOwn
                ? $"We ended the session of {device}: it used an old token at {reuse.OccurredAt:u}. That was most likely your own app or agent. Log in again."
                : $"We ended the session of {device}: another device used an old token of it at {reuse.OccurredAt:u}. If that wasn't you, change your password.";
            await mailer.SendAsync(family.Subject, text, cancellationToken);
        }
    }
}
// end-snippet

internal interface IMailer
{
    ValueTask SendAsync(string subject, string text, CancellationToken cancellationToken);
}
