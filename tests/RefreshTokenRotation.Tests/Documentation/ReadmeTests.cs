using System.Text;
using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The READMEs are short, show what there is to see, and render on a package's page.</summary>
[TestFixture]
internal sealed partial class ReadmeTests
{
    private const int LongestReadme = 6 * 1024;
    private const int LongestPackageReadme = 1536;

    private static IEnumerable<string> Packages =>
        Directory.EnumerateDirectories(Repository.PathOf("src"), "RefreshTokenRotation*").Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    private readonly string _text = File.ReadAllText(Repository.PathOf("README.md"));

    [Test]
    public void Readme_is_short()
    {
        Encoding.UTF8.GetByteCount(_text).Should().BeLessThanOrEqualTo(LongestReadme);
    }

    [Test]
    public void Readme_shows_the_lab_and_says_how_to_start_it()
    {
        var picture = Picture().Match(_text);

        picture.Success.Should().BeTrue();
        File.Exists(Repository.PathOf(picture.Groups["file"].Value)).Should().BeTrue();
        _text.Should().Contain("dotnet run --project samples/AuthorizationServer").And.Contain("dotnet run --project samples/Quickstart").And.Contain("./test.sh");
    }

    [TestCaseSource(nameof(Packages))]
    public void Readme_of_a_package_is_short_shows_code_and_needs_no_repository(string package)
    {
        var text = File.ReadAllText(Repository.PathOf("src", package, "README.md"));

        Encoding.UTF8.GetByteCount(text).Should().BeLessThanOrEqualTo(LongestPackageReadme);
        text.Should().StartWith($"# {package}\n").And.Contain($"dotnet add package {package}\n").And.Contain("docs/", "it says where to read on");
        Markdown.Blocks(text).Should().Contain(block => block.Language == "csharp");
        text.Should().NotContain("--project").And.NotContain("test.sh").And.NotContain("](.", "a package page has no repository round it");
        foreach (Match page in Page().Matches(text))
        {
            File.Exists(Repository.PathOf(page.Value)).Should().BeTrue("{0} names {1}", package, page.Value);
        }
    }

    [GeneratedRegex(@"!\[[^\]]+\]\((?<file>docs/[^)]+)\)")]
    private static partial Regex Picture();

    [GeneratedRegex(@"docs/[\w-]+\.md")]
    private static partial Regex Page();
}
