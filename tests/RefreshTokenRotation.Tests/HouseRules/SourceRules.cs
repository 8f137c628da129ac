using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.HouseRules;

[TestFixture]
internal sealed partial class SourceRules
{
    private const int LongestFile = 250;

    [TestCase("var now = DateTimeOffset.UtcNow;", true)]
    [TestCase("var now = System.DateTime . Now;", true)]
    [TestCase("Thread.Sleep(1);", true)]
    [TestCase("Environment.TickCount64", true)]
    [TestCase("new Stopwatch()", true)]
    [TestCase("DateTime.Today", true)]
    [TestCase("time.GetUtcNow()", false)]
    [TestCase("/// <see cref=\"x\"/> // DateTimeOffset.UtcNow is banned", false)]
    public void Rule_tells_a_clock_from_what_is_none(string line, bool banned) => Banned().IsMatch(Code(line)).Should().Be(banned);

    [Test]
    public void No_source_asks_a_clock_of_its_own_or_sleeps()
    {
        var wrong = Files("src").SelectMany(file => File.ReadLines(file)
            .Select((line, i) => (Text: Code(line), Place: $"{Path.GetRelativePath(Repository.Root, file)}:{i + 1}"))
            .Where(line => Banned().IsMatch(line.Text))
            .Select(line => $"{line.Place}: {line.Text.Trim()}"));

        wrong.Should().BeEmpty("time comes from TimeProvider");
    }

    [TestCase("src")]
    [TestCase("tests")]
    public void No_file_is_longer_than_a_reader_can_hold(string folder)
    {
        Files(folder).Should().HaveCountGreaterThan(20);
        Files(folder).Select(file => (Lines: File.ReadLines(file).Count(), File: Path.GetRelativePath(Repository.Root, file)))
            .Where(file => file.Lines > LongestFile)
            .Should().BeEmpty();
    }

    [TestCase("src")]
    [TestCase("tests")]
    public void No_file_folds_its_code_into_regions(string folder)
    {
        Files(folder).Where(file => File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal))).Should().BeEmpty();
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string Code(string line) => line.Split("//")[0];

    [GeneratedRegex(@"\bDateTime(Offset)?\s*\.\s*(Utc)?Now\b|\bDateTime\s*\.\s*Today\b|\bStopwatch\b|\bThread\s*\.\s*Sleep\b|\bEnvironment\s*\.\s*TickCount")]
    private static partial Regex Banned();
}
