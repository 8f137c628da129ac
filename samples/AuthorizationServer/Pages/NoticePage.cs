using System.Globalization;
using AuthorizationServer.Notices;

namespace AuthorizationServer.Pages;

/// <summary>The pages behind the mail about a theft.</summary>
internal static class NoticePage
{
    public static Page Used => new("This link no longer works", Html.Of($"""
        <p>It has been used, or it is older than a day. <a href="{SessionsPage.Path}">Your sessions</a> shows what is active.</p>
        """))
    {
        StatusCode = StatusCodes.Status404NotFound,
    };

    public static Page Ask(string formToken, string address, Notice notice, string client) => new("Was this you?", Html.Of($"""
        <p>{(notice.LooksOwn ? "Your own device" : "Somebody")} used a copy of your session in <strong>{client}</strong>, so we have ended that session.{(notice.LooksOwn
            ? " Most likely that was your own app, or an agent that runs as several processes." : string.Empty)}</p>
        <dl>
          <div><dt>When</dt><dd>{Time(notice.At)}</dd></div>
          <div><dt>Device</dt><dd title="{notice.UserAgent}">{BrowserName.Of(notice.UserAgent)}</dd></div>
          <div><dt>Address</dt><dd>{notice.IpAddress ?? "an unknown address"}</dd></div>
          <div><dt>The session began</dt><dd>{Time(notice.StartedAt)} with {BrowserName.Of(notice.StartedWith)} from {notice.StartedFrom ?? "an unknown address"}</dd></div>
        </dl>
        <form class="buttons" method="post" action="{address}">
          {Forms.Token(formToken)}
          <button type="submit" class="alarm" name="decision" value="other">No, end all my sessions</button>
          <button type="submit" class="quiet" name="decision" value="me">Yes, it was me</button>
        </form>
        <p class="note">This link works once.</p>
        """));

    /// <param name="ended">How many other sessions were ended; null if the user said that all is well.</param>
    public static Page Done(long? ended) => new("Thank you", ended is { } count
        ? Html.Of($"""<p class="done" role="status">{(count == 1 ? "One other session was ended." : string.Create(CultureInfo.InvariantCulture, $"{count} other sessions were ended."))}</p><p>Change your password, then sign in again where you need to.</p>""")
        : Html.Of($"""<p>The session that was ended stays ended. Sign in again in the app.</p>"""));

    public static Page Mails(IEnumerable<Mail> mails) => new("Your mails", Html.Of($"""
        <p>What a mail server would have sent you.</p>
        <ul class="cards">{Html.Join(mails.Select(mail => Html.Of($"""<li><h2>To {mail.Address}</h2><p>{mail.Text}</p><p><a class="button" href="{mail.Link}">See what happened</a></p></li>""")))}</ul>
        """));

    private static Html Time(DateTimeOffset instant) => Html.Of($"{instant.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC");
}
