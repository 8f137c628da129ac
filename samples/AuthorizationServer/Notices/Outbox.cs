using System.Collections.Concurrent;

namespace AuthorizationServer.Notices;

/// <summary>Stands for a mail server: it keeps the last mails of this instance, and in Development their readers find them at <c>/outbox</c>.</summary>
internal sealed class Outbox
{
    private const int Kept = 200;

    private readonly ConcurrentQueue<Mail> _mails = new();

    public void Send(Mail mail)
    {
        _mails.Enqueue(mail);
        while (_mails.Count > Kept)
        {
            _mails.TryDequeue(out _);
        }
    }

    /// <summary>Newest first.</summary>
    public IEnumerable<Mail> To(string subject) => _mails.Where(mail => mail.Subject == subject).Reverse();
}

/// <summary>A mail.</summary>
/// <param name="Subject">The user.</param>
/// <param name="Address">Where to.</param>
/// <param name="Text">What it says.</param>
/// <param name="Link">Where it leads.</param>
internal sealed record Mail(string Subject, string Address, string Text, string Link);
