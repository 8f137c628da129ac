using System.Globalization;
using AuthorizationServer.Accounts;
using RefreshTokenRotation;

namespace AuthorizationServer.Pages;

/// <summary>Shows who is signed in and where, and signs the user out.</summary>
internal static class HomePage
{
    public static Page ForVisitor(bool hasLab) => new("Authorization server", Html.Of($"""
        <p>An authorization server whose refresh tokens rotate.</p>
        <p class="buttons"><a class="button" href="/login">Sign in</a> <a class="button quiet" href="/app/">Open the browser app</a> <a class="button quiet" href="/activate">Connect a device</a></p>
        {LabLink(hasLab)}
        """));

    public static Page For(string formToken, User user, IReadOnlyList<TokenFamilyInfo> families, bool hasLab) => new($"Hello, {user.Name}", Html.Of($"""
        <h2>Your apps</h2>
        {(families.Count == 0 ? Html.Of($"<p>None.</p>") : Table(families))}
        <p class="buttons"><a class="button" href="/sessions">Manage your sessions</a> {(user.IsAdmin ? Html.Of($"""<a class="button" href="/admin">Administration</a> """) : Html.Empty)}<a class="button quiet" href="/app/">Open the browser app</a> <a class="button quiet" href="/activate">Connect a device</a></p>
        {LabLink(hasLab)}
        <h2>Sign out</h2>
        {LogoutPage.Form(formToken)}
        """));

    private static Html LabLink(bool hasLab) =>
        hasLab ? Html.Of($"""<p>See what rotation does: <a href="/lab/">the theft lab</a>.</p>""") : Html.Empty;

    private static Html Table(IEnumerable<TokenFamilyInfo> families) => Html.Of($"""
        <div class="scroll">
        <table>
          <thead><tr><th scope="col">App</th><th scope="col">Device</th><th scope="col">Since</th><th scope="col">Last use</th></tr></thead>
          <tbody>{Html.Join(families.Select(Row))}</tbody>
        </table>
        </div>
        """);

    private static Html Row(TokenFamilyInfo family) => Html.Of($"""
        <tr>
          <td data-label="App">{family.ClientId}</td>
          <td data-label="Device" class="long">{family.LastDevice?.UserAgent ?? family.FirstDevice?.UserAgent ?? "unknown"}</td>
          <td data-label="Since">{Text(family.CreatedAt)}</td>
          <td data-label="Last use">{Text(family.LastUsedAt)}</td>
        </tr>
        """);

    private static string Text(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "never";
}
