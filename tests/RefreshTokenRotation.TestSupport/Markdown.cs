namespace RefreshTokenRotation.Tests.Support;

/// <summary>The fenced blocks of a Markdown file.</summary>
internal static class Markdown
{
    /// <param name="Language">What stands behind the fence.</param>
    /// <param name="Mark">What an HTML comment right above the block says; null if there is none.</param>
    /// <param name="Text">The lines between the fences.</param>
    internal sealed record Block(string Language, string? Mark, string Text);

    /// <summary>The text outside of the blocks.</summary>
    public static string Prose(string markdown) =>
        Blocks(markdown).Aggregate(
            markdown.ReplaceLineEndings("\n"), (text, block) => text.Replace(block.Text + "\n```", "```", StringComparison.Ordinal));

    public static IReadOnlyList<Block> Blocks(string markdown)
    {
        var blocks = new List<Block>();
        var above = string.Empty;
        (string Language, string Above, List<string> Lines)? open = null;
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            var isFence = line.StartsWith("```", StringComparison.Ordinal);
            if (open is { } block)
            {
                if (isFence)
                {
                    blocks.Add(new Block(block.Language, Comment(block.Above), string.Join('\n', block.Lines)));
                    open = null;
                }
                else
                {
                    block.Lines.Add(line);
                }
            }
            else if (isFence)
            {
                open = (line[3..].Trim(), above, []);
            }

            above = line;
        }

        return blocks;
    }

    private static string? Comment(string line) =>
        line.StartsWith("<!-- ", StringComparison.Ordinal) && line.EndsWith(" -->", StringComparison.Ordinal) ? line[5..^4] : null;
}
