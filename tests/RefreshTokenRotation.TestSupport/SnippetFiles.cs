namespace RefreshTokenRotation.Tests.Support;

/// <summary>The code between "// snippet: name" and "// end-snippet" in the Snippets folder, by name, as documents show it.</summary>
internal static class SnippetFiles
{
    private const string Begin = "// snippet: ";
    private const string End = "// end-snippet";

    public static string Read(string file) => File.ReadAllText(Repository.PathOf("tests", "RefreshTokenRotation.Tests", "Snippets", file));

    /// <param name="project">The test project.</param>
    public static IReadOnlyDictionary<string, string> All(string project = "RefreshTokenRotation.Tests")
    {
        var snippets = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("tests", project, "Snippets"), "*.cs"))
        {
            List<string>? open = null;
            var name = string.Empty;
            foreach (var line in File.ReadLines(file))
            {
                var text = line.Trim();
                if (text.StartsWith(Begin, StringComparison.Ordinal))
                {
                    (name, open) = (text[Begin.Length..], []);
                }
                else if (text == End)
                {
                    snippets.Add(name, Dedent(open!));
                    open = null;
                }
                else
                {
                    open?.Add(line);
                }
            }

            if (open is not null)
            {
                throw new InvalidOperationException($"The snippet '{name}' in {file} has no end.");
            }
        }

        return snippets;
    }

    private static string Dedent(List<string> lines)
    {
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
    }
}
