using CustomTokenStore.Store;
using CustomTokenStore.Tests.Snippets;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace CustomTokenStore.Tests;

/// <summary>The sample runs as a program, and its README shows its code and its output.</summary>
[TestFixture]
internal sealed class ReadmeTests
{
    private const string Code = "code: ";

    private static readonly IReadOnlyList<Markdown.Block> Blocks =
        Markdown.Blocks(File.ReadAllText(Repository.PathOf("samples", "CustomTokenStore", "README.md")));

    [Test]
    public async Task Readme_output_is_what_the_sample_prints()
    {
        var printed = (await Dotnet.RunAsync(Repository.Root, typeof(JournalHarness).Assembly.Location)).ReplaceLineEndings("\n");

        var shown = Blocks.Where(block => block.Mark == "output").ToList();

        shown.Should().HaveCount(2);
        foreach (var block in shown)
        {
            ("\n" + printed).Should().Contain("\n" + block.Text + "\n");
        }

        var cases = printed.Split('\n').Skip(1).TakeWhile(line => line.EndsWith(" passed", StringComparison.Ordinal)).ToList();
        cases.Should().Equal(TokenStoreConformance.Cases.Select(conformanceCase => $"{conformanceCase.Name} passed"));
    }

    [Test]
    public void Readme_code_is_the_code_of_the_sample()
    {
        var shown = Blocks.Where(block => block.Language == "csharp" && block.Mark != "snippet: start").ToList();

        shown.Should().HaveCountGreaterThan(3).And.OnlyContain(block => block.Mark != null && block.Mark.StartsWith(Code, StringComparison.Ordinal));
        foreach (var block in shown)
        {
            var source = File.ReadAllText(Repository.PathOf("samples", "CustomTokenStore", block.Mark![Code.Length..]));
            Flat(source).Should().Contain(Flat(block.Text));
        }
    }

    [Test]
    public void Readme_registration_is_compiled_and_opens_the_journal_that_it_names()
    {
        var services = new ServiceCollection();
        Start.Register(services);
        using var provider = services.BuildServiceProvider();

        Blocks.Should().ContainSingle(block => block.Mark == "snippet: start").Which.Text.Should().Be(SnippetFiles.All("CustomTokenStore.Tests")["start"]);
        provider.GetRequiredService<JournalOptions>().Path.Should().Be("/var/lib/app/tokens.journal");
    }

    /// <summary>Without indentation.</summary>
    private static string Flat(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()));
}
