using System.Globalization;
using RefreshTokenRotation;

namespace AuthorizationServer.Pages;

/// <summary>The user's devices, each with what it takes to recognize it and a button that ends it.</summary>
/// <param name="formToken">See <see cref="Accounts.FormTokens"/>.</param>
/// <param name="sessionId">The session in which the page is shown.</param>
/// <param name="nameOf">The display name of a client.</param>
internal sealed class SessionsPage(string formToken, string sessionId, Func<string, string> nameOf)
{
    public const string Path = "/sessions";

    /// <param name="page">The families.</param>
    /// <param name="isFirst">Whether pages are before this one.</param>
    /// <param name="ended">How many have just been ended; null if nothing was.</param>
    public Page Of(TokenFamilyPage page, bool isFirst, long? ended) => new("Your sessions", Html.Of($"""
        {(ended is { } count ? Html.Of($"""<p class="done" role="status">{Ended(count)}</p>""") : Html.Empty)}
        <p>These apps and devices can act for you without asking again. End any that you don’t recognize. In a browser that is still signed in here, an app may start again by itself.</p>
        {(page.Families.Count == 0 ? Html.Of($"<p>{(isFirst ? "There are none." : "There are no more.")}</p>") : Html.Of($"""<ul class="cards">{Html.Join(page.Families.Select(Card))}</ul>"""))}
        {Pager(page.Next, isFirst)}
        {(page.Families.Count == 0 && isFirst ? Html.Empty : EndMany)}
        <p class="buttons"><a class="button quiet" href="/">Back to the start</a></p>
        """))
    {
        IsWide = true,
    };

    private Html EndMany => Html.Of($"""
        <h2>End many at once</h2>
        <form class="buttons" method="post" action="{Path}">
          {Forms.Token(formToken)}
          <button type="submit" class="quiet" name="end" value="others">End all others</button>
          <button type="submit" class="alarm" name="end" value="all">End all sessions</button>
        </form>
        <p class="note">“End all others” keeps what you started in this browser since you signed in.</p>
        """);

    private Html Card(TokenFamilyInfo family)
    {
        var client = nameOf(family.ClientId);
        var device = family.LastDevice ?? family.FirstDevice;
        var isHere = family.SessionId == sessionId;
        return Html.Of($"""
            <li>
              <h2>{client}{(isHere ? Html.Of($""" <span class="badge">this browser</span>""") : Html.Empty)}</h2>
              <p title="{device?.UserAgent}">{device?.Name ?? BrowserName.Of(device?.UserAgent)}</p>
              <dl>
                <div><dt>Started</dt><dd>{Time(family.CreatedAt)} from {family.FirstDevice?.IpAddress ?? "an unknown address"}</dd></div>
                <div><dt>Last used</dt><dd>{LastUse(family)}</dd></div>
                <div><dt>Ends</dt><dd>{Expiry(family)}</dd></div>
              </dl>
              <form method="post" action="{Path}">
                {Forms.Token(formToken)}
                {Forms.Hidden("family", family.FamilyId.ToString("N"))}
                <button type="submit" class="quiet" name="end" value="one" aria-label="End {client}, {BrowserName.Of(device?.UserAgent)}">End</button>
              </form>
            </li>
            """);
    }

    private static Html LastUse(TokenFamilyInfo family) => family.LastUsedAt is { } used
        ? Html.Of($"""{Time(used)} from {(family.LastDevice ?? family.FirstDevice)?.IpAddress ?? "an unknown address"}""")
        : Html.Of($"not since it started");

    /// <summary>What comes first: the end of all use, or that of a device which is not used.</summary>
    private static Html Expiry(TokenFamilyInfo family) => (family.AbsoluteExpiresAt, family.IdleExpiresAt) switch
    {
        (null, null) => Html.Of($"when you end it"),
        (var absolute, { } idle) when absolute is null || idle < absolute =>
            Html.Of($"{Time(idle)} if it is not used{(absolute is { } last ? Html.Of($", {Time(last)} at the latest") : Html.Empty)}"),
        (var absolute, _) => Time(absolute!.Value),
    };

    private static Html Pager(TokenFamilyCursor? next, bool isFirst) => next is null && isFirst ? Html.Empty : Html.Of($"""
        <nav class="buttons" aria-label="Pages">
          {(isFirst ? Html.Empty : Html.Of($"""<a class="button quiet" href="{Path}">First page</a>"""))}
          {(next is { } cursor ? Html.Of($"""<a class="button quiet" rel="next" href="{Path}?from={cursor.ToString()}">Next page</a>""") : Html.Empty)}
        </nav>
        """);

    private static string Ended(long count) => count switch
    {
        0 => "There was nothing left to end.",
        1 => "One session was ended.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} sessions were ended."),
    };

    private static Html Time(DateTimeOffset instant)
    {
        var utc = instant.UtcDateTime;
        return Html.Of($"""<time datetime="{utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}">{utc.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC</time>""");
    }
}
