namespace AuthorizationServer.Pages;

/// <summary>A piece of HTML. The only way from text to HTML is an interpolated string whose holes are encoded.</summary>
internal readonly record struct Html(string Markup)
{
    public static Html Empty => new(string.Empty);

    public static Html Of(HtmlText text) => new(text.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));
}
