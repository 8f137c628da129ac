using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The README shows code that compiles and output that was printed, in Markdown that renders inside a package too.</summary>
public sealed partial class ReadmeTests
{
    private const string Snippet = "snippet: ";

    private readonly string _text = File.ReadAllText(Repository.PathOf("README.md"));

    [Test]
    public void Readme_code_is_compiled_code()
    {
        var snippets = SnippetFiles.All();

        var blocks = Markdown.Blocks(_text).Where(block => block.Language == "csharp").ToList();

        blocks.Should().NotBeEmpty()
            .And.OnlyContain(block => block.Mark != null && block.Mark.StartsWith(Snippet, StringComparison.Ordinal));
        foreach (var block in blocks)
        {
            snippets.Should().ContainKey(block.Mark![Snippet.Length..]).WhoseValue.Should().Be(block.Text);
        }

        blocks.Select(block => block.Mark![Snippet.Length..]).Should().BeEquivalentTo(snippets.Keys, "each snippet is shown once");
    }

    [Test]
    public void Readme_of_the_core_package_is_short_and_its_code_is_compiled_code()
    {
        var text = File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation", "README.md"));
        var blocks = Markdown.Blocks(text).Where(block => block.Language == "csharp").ToList();

        text.Length.Should().BeLessThan(2500);
        blocks.Should().NotBeEmpty();
        foreach (var block in blocks)
        {
            SnippetFiles.All().Should().ContainKey(block.Mark![Snippet.Length..]).WhoseValue.Should().Be(block.Text);
        }
    }

    [Test]
    public void Readme_of_a_package_names_no_program_that_only_the_repository_has()
    {
        var readmes = Directory.EnumerateDirectories(Repository.PathOf("src"), "RefreshTokenRotation*").Select(package => Path.Combine(package, "README.md")).ToList();

        readmes.Should().HaveCountGreaterThan(6);
        foreach (var readme in readmes)
        {
            File.ReadAllText(readme).Should().NotContain("--project").And.NotContain("test.sh").And.NotContain("](.", "a package page has no repository round it");
        }
    }

    [Test]
    public async Task Readme_output_is_what_the_Quickstart_prints()
    {
        var printed = Quickstart.WithoutTokens(await Quickstart.OutputAsync());

        var excerpts = Markdown.Blocks(_text).Where(block => block.Mark == "output: samples/Quickstart").ToList();

        excerpts.Should().NotBeEmpty();
        foreach (var excerpt in excerpts)
        {
            printed.Should().Contain(Quickstart.WithoutTokens(excerpt.Text));
        }
    }

    [TestCase("README.md")]
    [TestCase("src/RefreshTokenRotation/Rotation/README.md")]
    public void Readme_names_only_what_is_in_the_source(string file)
    {
        var sources = Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        var words = sources.SelectMany(source => Word().Matches(source)).Select(match => match.Value).ToHashSet();

        var names = InlineName().Matches(Markdown.Prose(File.ReadAllText(Repository.PathOf(file))))
            .SelectMany(match => match.Groups["name"].Value.Split('.')).ToList();

        names.Should().HaveCountGreaterThan(10).And.BeSubsetOf(words);
    }

    [Test]
    public void Readme_shows_the_lab_and_how_to_start_it_before_anything_else()
    {
        var picture = Picture().Match(_text);

        picture.Success.Should().BeTrue();
        File.Exists(Repository.PathOf(picture.Groups["file"].Value)).Should().BeTrue();
        _text.IndexOf("dotnet run --project samples/AuthorizationServer", StringComparison.Ordinal).Should().BePositive()
            .And.BeLessThan(_text.IndexOf("```csharp", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"!\[[^\]]+\]\((?<file>docs/[^)]+)\)")]
    private static partial Regex Picture();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"`(?<name>[A-Z][a-z]\w*(\.[A-Z]\w+)*)`|`(?<name>I[A-Z]\w+(\.[A-Z]\w+)*)`")]
    private static partial Regex InlineName();
}
