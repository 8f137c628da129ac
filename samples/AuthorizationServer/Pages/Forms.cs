using AuthorizationServer.Accounts;

namespace AuthorizationServer.Pages;

/// <summary>What forms have in common.</summary>
internal static class Forms
{
    public static Html Hidden(string name, string value) => Html.Of($"""<input type="hidden" name="{name}" value="{value}">""");

    public static Html Token(string formToken) => Hidden(FormTokens.FieldName, formToken);

    /// <summary>The attribute of the field that gets the focus.</summary>
    public static Html AutofocusIf(bool begins) => begins ? Html.Of($" autofocus") : Html.Empty;

    /// <summary>The two buttons under a question.</summary>
    public static Html Decision => Html.Of($"""
        <div class="buttons">
          <button type="submit" name="decision" value="allow">Allow</button>
          <button type="submit" name="decision" value="deny" class="quiet">Deny</button>
        </div>
        """);

    public static Html ListOf(IEnumerable<string> items) => Html.Of($"<ul>{Html.Join(items.Select(item => Html.Of($"<li>{item}</li>")))}</ul>");
}
