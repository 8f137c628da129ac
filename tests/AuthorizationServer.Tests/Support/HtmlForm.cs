using System.Net;
using System.Text.RegularExpressions;

namespace AuthorizationServer.Tests.Support;

/// <summary>The first form of a page: where it goes, and what it carries.</summary>
internal sealed partial record HtmlForm(string Action, HttpMethod Method, IReadOnlyDictionary<string, string> Fields)
{
    public static HtmlForm? Find(string page)
    {
        var form = Form().Match(page);
        return form.Success
            ? new HtmlForm(
                Attribute(form.Value, "action")!,
                new HttpMethod(Attribute(form.Value, "method")!.ToUpperInvariant()),
                Input().Matches(form.Groups[1].Value)
                    .Where(input => Attribute(input.Value, "type") != "checkbox")
                    .ToDictionary(input => Attribute(input.Value, "name")!, input => Attribute(input.Value, "value") ?? string.Empty, StringComparer.Ordinal))
            : null;
    }

    public static string? Attribute(string tag, string name)
    {
        var found = Regex.Match(tag, $"""\s{name}="([^"]*)" """.TrimEnd());
        return found.Success ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;
    }

    [GeneratedRegex("<form .*?>(.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input [^>]*>")]
    private static partial Regex Input();
}
