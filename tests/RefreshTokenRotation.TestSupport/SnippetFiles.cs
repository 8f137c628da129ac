namespace RefreshTokenRotation.Tests.Support;

/// <summary>
/// The code between <c>// snippet: name</c> and <c>// end-snippet</c> in the test projects, by name, as documents show it. Parts of one name are joined by a blank line.
/// What follows <c>//+</c> is shown too and not compiled: what a program says and a test must not, such as <c>app.Run();</c>.
/// </summary>
internal static class SnippetFiles
{
    private const string Begin = "// snippet: ";
    private const string End = "// end-snippet";
    private const string Shown = "//+";
    private const string Core = "RefreshTokenRotation.Tests";

    public static string Read(string file) => File.ReadAllText(Repository.PathOf("tests", Core, "Snippets", file));

    /// <summary>Those of every test project: <c>name</c> in the core's, <c>Jwt/name</c> in that of RefreshTokenRotation.Jwt.</summary>
    public static IReadOnlyDictionary<string, string> Everywhere() =>
        Directory.EnumerateDirectories(Repository.PathOf("tests"), "RefreshTokenRotation.*Tests").Select(folder => Path.GetFileName(folder))
            .SelectMany(project => All(project).Select(snippet => (Name: Prefix(project) + snippet.Key, Text: snippet.Value)))
            .ToDictionary(snippet => snippet.Name, snippet => snippet.Text);

    /// <param name="project">The test project.</param>
    public static IReadOnlyDictionary<string, string> All(string project = Core)
    {
        var snippets = new Dictionary<string, string>();
        foreach (var file in SourceFiles.Under(Repository.PathOf("tests", project)))
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
                    var part = Dedent(open!);
                    snippets[name] = snippets.TryGetValue(name, out var before) ? $"{before}\n\n{part}" : part;
                    open = null;
                }
                else
                {
                    open?.Add(Uncomment(line));
                }
            }

            if (open is not null)
            {
                throw new InvalidOperationException($"The snippet '{name}' in {file} has no end.");
            }
        }

        return snippets;
    }

    private static string Prefix(string project) => project == Core ? string.Empty : project["RefreshTokenRotation.".Length..^".Tests".Length] + "/";

    private static string Uncomment(string line)
    {
        var at = line.IndexOf(Shown, StringComparison.Ordinal);
        return at < 0 || line[..at].Trim().Length > 0 ? line : (line[..at] + line[(at + Shown.Length)..].TrimStart()).TrimEnd();
    }

    private static string Dedent(List<string> lines)
    {
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
    }
}
