using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.HouseRules;

[TestFixture]
internal sealed class SourceRules
{
    private const int LongestFile = 250;

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

    [TestCase("src")]
    [TestCase("tests")]
    [TestCase("samples")]
    public void Usings_stand_in_order(string folder)
    {
        Files(folder).Where(file => !IsInOrder(Usings(file))).Select(file => Path.GetRelativePath(Repository.Root, file)).Should().BeEmpty();
    }

    [TestCase("using System.Text;", "using Alpha;", ExpectedResult = true)]
    [TestCase("using Alpha;", "using System.Text;", ExpectedResult = false)]
    [TestCase("using Beta;", "using Alpha;", ExpectedResult = false)]
    [TestCase("using Alpha.Beta;", "using Alpha;", ExpectedResult = false)]
    [TestCase("using static Alpha.One;", "using Beta;", ExpectedResult = false)]
    [TestCase("using One = Alpha.One;", "using static Alpha.One;", ExpectedResult = false)]
    public bool Order_is_that_of_the_format_tool(params string[] usings) => IsInOrder(usings);

    private static bool IsInOrder(IReadOnlyList<string> usings) => usings.SequenceEqual(usings
        .OrderBy(line => line.Contains('=', StringComparison.Ordinal) ? 2 : line.StartsWith("using static ", StringComparison.Ordinal) ? 1 : 0)
        .ThenBy(line => !NameOf(line).Split('.')[0].Equals("System", StringComparison.Ordinal))
        .ThenBy(NameOf, StringComparer.OrdinalIgnoreCase));

    private static string NameOf(string line) =>
        line.Replace("using static ", "using ", StringComparison.Ordinal)["using ".Length..].TrimEnd(';').Split('=')[0].Trim();

    private static string[] Usings(string file) => [.. File.ReadLines(file)
        .TakeWhile(line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal) || line.StartsWith("//", StringComparison.Ordinal))
        .Where(line => line.StartsWith("using ", StringComparison.Ordinal))];

    /// <summary>What people write. Migrations are written by the EF tools.</summary>
    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Migrations"));
}
