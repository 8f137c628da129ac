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

    /// <summary>What people write. Migrations are written by the EF tools.</summary>
    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Migrations"));
}
