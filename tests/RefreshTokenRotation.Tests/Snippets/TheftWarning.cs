namespace RefreshTokenRotation.Tests.Snippets;

// snippet: events
internal sealed class TheftWarning(IMailer mailer) : IRefreshTokenEventHandler
{
    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        if (refreshTokenEvent is RefreshTokenEvent.ReuseDetected { FamilyRevoked: true, Family: { } family } reuse)
        {
            var device = family.FirstDevice?.Name ?? "a device";
            var text = $"We ended the session of {device}: an old token came back at {reuse.OccurredAt:u}.";
            await mailer.SendAsync(family.Subject, text, cancellationToken);
        }
    }
}
// end-snippet

internal interface IMailer
{
    ValueTask SendAsync(string subject, string text, CancellationToken cancellationToken);
}
