using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>Every link of every page leads somewhere, and so does every anchor.</summary>
[TestFixture]
internal sealed partial class LinkTests
{
    private static IEnumerable<string> Pages => SourceFiles.Pages().Append("llms.txt");

    [TestCaseSource(nameof(Pages))]
    public void Links_of_a_page_lead_somewhere(string page)
    {
        Broken(page, File.ReadAllText(Repository.PathOf(page))).Should().BeEmpty();
    }

    [TestCase("[a](no-such-page.md)")]
    [TestCase("[a](docs/rotation.md#no-such-heading)")]
    [TestCase("![a](docs/no-such-picture.png)")]
    public void Broken_link_is_found(string text)
    {
        Broken("README.md", text).Should().ContainSingle();
    }

    [Test]
    public void Every_page_of_the_documents_is_in_the_index_the_contents_and_llms_txt()
    {
        var pages = Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md").Select(file => Path.GetFileName(file)).Where(file => file != "index.md").ToList();

        var index = File.ReadAllText(Repository.PathOf("docs", "index.md"));
        var contents = File.ReadAllText(Repository.PathOf("docs", "toc.yml"));
        var machines = File.ReadAllText(Repository.PathOf("llms.txt"));

        pages.Should().HaveCountGreaterThan(20);
        foreach (var page in pages)
        {
            index.Should().Contain($"]({page}");
            contents.Should().Contain($"href: {page}\n");
            machines.Should().Contain($"](docs/{page})");
        }
    }

    private static IEnumerable<string> Broken(string page, string text)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(page))!;
        var links = Link().Matches(InlineCode().Replace(Markdown.Prose(text), string.Empty)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal));
        foreach (var link in links)
        {
            var parts = link.Split('#', 2);
            var file = parts[0].Length == 0 ? Repository.PathOf(page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            if (!File.Exists(file) && !Directory.Exists(file))
            {
                yield return link;
            }
            else if (parts.Length == 2 && !Anchors(file).Contains(parts[1]))
            {
                yield return link;
            }
        }
    }

    /// <summary>As GitHub and docfx make them of headings.</summary>
    private static IEnumerable<string> Anchors(string file) =>
        Heading().Matches(Markdown.Prose(File.ReadAllText(file))).Select(match => match.Groups["text"].Value.Trim().ToLowerInvariant())
            .Select(text => Unfit().Replace(text, string.Empty).Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Unfit();
}
