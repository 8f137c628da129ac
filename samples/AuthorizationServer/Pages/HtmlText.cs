using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace AuthorizationServer.Pages;

/// <summary>Builds HTML from an interpolated string: literals are markup, holes are text and are encoded.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlText(int literalLength, int formattedCount)
{
    private readonly StringBuilder _markup = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(Html html) => _markup.Append(html.Markup);

    public void AppendFormatted(string? text) => _markup.Append(HtmlEncoder.Default.Encode(text ?? string.Empty));

    public override string ToString() => _markup.ToString();
}
