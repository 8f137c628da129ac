using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>A net for phrases that read as translated: in pages, docstrings, comments, log messages and exceptions. It is a net, not the aim.</summary>
[TestFixture]
internal sealed partial class PlainEnglishTests
{
    private static IEnumerable<string> Files => SourceFiles.Pages()
        .Concat(SourceFiles.Under(Repository.PathOf("src")).Concat(SourceFiles.Under(Repository.PathOf("samples"))).Select(SourceFiles.RelativePath));

    [Test]
    public void Nothing_reads_as_translated()
    {
        var found = Files.SelectMany(file => Phrases(File.ReadAllText(Repository.PathOf(file))).Select(phrase => $"{file}: {phrase}")).ToList();

        found.Should().BeEmpty("a native engineer would say it otherwise");
    }

    [TestCase("Who knows the id can list it.", 1)]
    [TestCase("It ends. Who has any old token can end it too.", 1)]
    [TestCase("/// <summary>Who issues the tokens.</summary>", 1)]
    [TestCase("Who issues the tokens?", 0)]
    [TestCase("Anyone who knows the id can list it.", 0)]
    [TestCase("The client is told to retry, and a token stands there.", 2)]
    [TestCase("At most 200 families of a user and client.", 1)]
    [TestCase("A cache stands before it, and the key may stand in a header.", 2)]
    [TestCase("`OldTokens` stands for your own code, and it stands out.", 0)]
    [TestCase("The scope goes along, and the call takes no part in the transaction.", 2)]
    [TestCase("Responses tell of its life, and the type tells which key it is.", 2)]
    [TestCase("The store tells the host how long to wait.", 0)]
    [TestCase("The call was answered, and the statement answers no rows.", 2)]
    [TestCase("It may stay: who reads the database can't present it.", 1)]
    [TestCase("It asks: who issues the tokens?", 0)]
    public void Phrase_is_found(string text, int count)
    {
        Phrases(text).Should().HaveCount(count);
    }

    private static IEnumerable<string> Phrases(string text) =>
        Phrase().Matches(text).Select(match => match.Value.ReplaceLineEndings(" "));

    [GeneratedRegex(
        @"\bWho [a-z][^.?!]*[.!]|[:;] who (?!is\b)[a-z]+s\b[^.?!]*[.!]|\b(?:is|are|was|were|be) told\b|\b[Aa] user and client\b|\bThe narrowest\b|\bcontradicts itself\b"
        + @"|\btheirs to ask\b|\b[Ss]t(?:ands|ood)\b(?! (?:for (?!each other)|in for|out\b))|\b(?:may|must|can) stand\b|\bstand (?:there|for each other)\b|\bgo(?:es)? along\b"
        + @"|\btakes? (?:no )?part\b|\b[Tt]ells? of\b|\btells (?:one|both|which|the one|the kind)\b|\b(?:is|are|was|were|been|be) answered\b|\banswers (?:null|true|false|no|a|it|with|only)\b")]
    private static partial Regex Phrase();
}
