using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The pages show code that compiles and output that was printed.</summary>
[TestFixture]
internal sealed class SnippetPageTests
{
    private const string Snippet = "snippet: ";

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Snippets = new(SnippetFiles.Everywhere);

    /// <summary>The pages of samples show the code of their sample; their own tests compare it.</summary>
    private static IEnumerable<string> Pages => SourceFiles.Pages().Where(page => !page.StartsWith("samples/", StringComparison.Ordinal));

    [TestCaseSource(nameof(Pages))]
    public void Code_of_a_page_is_compiled_code(string page)
    {
        foreach (var block in Code(page))
        {
            block.Mark.Should().StartWith(Snippet, "every block of C# names the compiled code that it shows; this one does not: {0}", block.Text);
            Snippets.Value.Should().ContainKey(block.Mark![Snippet.Length..]).WhoseValue.Should().Be(block.Text);
        }
    }

    [Test]
    public void Every_snippet_is_shown()
    {
        var shown = Pages.SelectMany(Code).Select(block => block.Mark).Distinct().ToList();

        shown.Should().HaveCountGreaterThan(40);
        Snippets.Value.Keys.Select(name => Snippet + name).Should().BeSubsetOf(shown);
    }

    [Test]
    public async Task Output_of_a_page_is_what_the_Quickstart_prints()
    {
        var printed = Quickstart.WithoutTokens(await Quickstart.OutputAsync());

        var excerpts = Pages.SelectMany(page => Markdown.Blocks(Read(page))).Where(block => block.Mark == "output: samples/Quickstart").ToList();

        excerpts.Should().NotBeEmpty();
        foreach (var excerpt in excerpts)
        {
            printed.Should().Contain(Quickstart.WithoutTokens(excerpt.Text));
        }
    }

    private static IEnumerable<Markdown.Block> Code(string page) => Markdown.Blocks(Read(page)).Where(block => block.Language == "csharp");

    private static string Read(string page) => File.ReadAllText(Repository.PathOf(page));
}
