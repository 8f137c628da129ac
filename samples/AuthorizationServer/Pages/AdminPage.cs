using AuthorizationServer.Setup;
using RefreshTokenRotation;

namespace AuthorizationServer.Pages;

/// <summary>The page of administrators. Its script, in <c>wwwroot/admin</c>, fills it.</summary>
internal static class AdminPage
{
    public const string Path = "/admin";

    private static readonly (string Counter, string Title, string Meaning)[] Tiles =
    [
        ("rotations", "Rotations", "tokens exchanged for a new one"),
        ("reissues", "Reissues", "retries within the leeway"),
        ("recoveries", "Recoveries", "lost responses replaced"),
        ("uses", "Uses", "exchanges that do not rotate"),
        ("reuses", "Reuse", "old tokens that came back"),
        ("rejections", "Rejections", "rejected tokens, for any reason"),
        ("evictions", "Evictions", "families ended by the cap"),
        ("issues", "Log-ins", "families started"),
    ];

    public static Page Of(
        string formToken, IReadOnlyCollection<ClientSettings> clients, IEnumerable<string> users, IEnumerable<(ClientSettings Client, RotationAdvice Advice)> advices) => new("Administration", Html.Of($"""
        <div id="admin" data-form-token="{formToken}">
          <nav class="buttons" aria-label="Parts of this page">
            <a href="#live">Live</a> <a href="#advice">Advice</a> <a href="#clients">Clients</a> <a href="#sessions">Sessions</a> <a href="#revocation">End many</a> <a href="#audit">Audit</a> <a href="/">Home</a>
          </nav>
          <noscript><p class="error">This page needs JavaScript.</p></noscript>
          {Live}
          <section id="advice" aria-labelledby="advice-title">
            <h2 id="advice-title">Which preset fits</h2>
            <p class="note">From the exchanges that this instance has seen. Reload the page to update it.</p>
            <ul>{Html.Join(advices.Select(given => Html.Of($"""<li data-client="{given.Client.ClientId}"><strong>{given.Client.DisplayName}</strong>: {given.Advice.Sentence}</li>""")))}</ul>
          </section>
          <section id="clients" aria-labelledby="clients-title">
            <h2 id="clients-title">Refresh tokens of a client</h2>
            <label>Client
              <select id="client">{Html.Join(clients.Select(client => Html.Of($"""<option value="{client.ClientId}">{client.DisplayName} ({client.ClientId})</option>""")))}</select>
            </label>
            {AdminSettingsForm.Markup}
          </section>
          <section id="sessions" aria-labelledby="sessions-title">
            <h2 id="sessions-title">Sessions of a user</h2>
            <form id="search">
              <fieldset class="row" disabled>
                <label>User <input name="user" list="users" autocomplete="off" autocapitalize="none" required></label>
                <datalist id="users">{Html.Join(users.Select(user => Html.Of($"""<option value="{user}"></option>""")))}</datalist>
                <button type="submit">Show</button>
              </fieldset>
            </form>
            <p id="search-status" role="status" tabindex="-1"></p>
            <ul id="families" class="cards"></ul>
            <div id="pager" class="buttons">
              <button type="button" class="quiet" data-page="first" hidden>First page</button>
              <button type="button" class="quiet" data-page="next" hidden>Next page</button>
            </div>
          </section>
          {Revocation(clients)}
          {Audit}
        </div>
        """))
        {
            IsWide = true,
            Folder = "admin",
        };

    private static Html Revocation(IEnumerable<ClientSettings> clients) => Html.Of($"""
        <section id="revocation" aria-labelledby="revocation-title">
          <h2 id="revocation-title">End all sessions of a client</h2>
          <form id="end-many">
            <fieldset class="row" disabled>
              <label>Client
                <select name="client">{Html.Join(clients.Select(client => Html.Of($"""<option value="{client.ClientId}">{client.DisplayName} ({client.ClientId})</option>""")))}</select>
              </label>
              <label>Log-ins up to <input name="until" type="datetime-local" step="1" required></label>
              <button type="submit" class="quiet">Preview</button>
              <button type="button" class="alarm" hidden>End them</button>
            </fieldset>
          </form>
          <p id="end-many-status" role="status" tabindex="-1"></p>
        </section>
        """);

    private static Html Audit => Html.Of($"""
        <section id="audit" aria-labelledby="audit-title">
          <h2 id="audit-title">Audit trail</h2>
          <p class="note">The last changes at this instance, newest first. The log has them all.</p>
          <div class="scroll" tabindex="0" role="region" aria-label="Changes">
          <table id="changes">
            <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Of</th><th scope="col">Ended or changed</th></tr></thead>
            <tbody></tbody>
          </table>
          </div>
        </section>
        """);

    private static Html Live => Html.Of($"""
        <section id="live" aria-labelledby="live-title">
          <h2 id="live-title">Live <span id="live-state" class="badge">connecting</span></h2>
          <p class="note">Totals since the server started. The curves show the last minute.</p>
          <ul class="tiles">{Html.Join(Tiles.Select(Tile))}</ul>
          <details>
            <summary>Show as a table</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Counters">
            <table id="counters">
              <thead><tr><th scope="col">Counter</th><th scope="col">Last minute</th><th scope="col">Total</th></tr></thead>
              <tbody>{Html.Join(Tiles.Select(tile => Html.Of($"""<tr data-counter="{tile.Counter}"><th scope="row">{tile.Title}</th><td>0</td><td>0</td></tr>""")))}</tbody>
            </table>
            </div>
          </details>
          <h3>Rejections by reason</h3>
          <table id="reasons">
            <thead><tr><th scope="col">Reason</th><th scope="col">Tokens</th><td></td></tr></thead>
            <tbody></tbody>
          </table>
        </section>
        """);

    private static Html Tile((string Counter, string Title, string Meaning) tile) => Html.Of($"""
        <li data-counter="{tile.Counter}">
          <h3>{tile.Title}</h3>
          <p class="number">0</p>
          <svg class="spark" viewBox="0 0 120 32" preserveAspectRatio="none" aria-hidden="true"></svg>
          <p class="note">{tile.Meaning}</p>
        </li>
        """);
}
