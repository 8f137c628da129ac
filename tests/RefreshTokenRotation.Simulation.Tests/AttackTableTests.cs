using RefreshTokenRotation.Simulation.Attacks;

namespace RefreshTokenRotation.Simulation.Tests;

[TestFixture]
internal sealed class AttackTableTests
{
    private const string Begin = "<!-- attack table -->\n";
    private const string End = "<!-- end attack table -->";

    [Test]
    public void Attack_table_of_the_security_document_is_what_the_engine_does()
    {
        var document = File.ReadAllText(Path.Combine(RootFolder(), "SECURITY.md")).ReplaceLineEndings("\n");
        var begin = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = document.IndexOf(End, StringComparison.Ordinal);

        begin.Should().BeGreaterThan(Begin.Length);
        end.Should().BeGreaterThan(begin);
        document[begin..end].Should().Be(
            AttackTable.Render(), "SECURITY.md has to show it: dotnet run --project tests/RefreshTokenRotation.Simulation -- --attack-table");
    }

    private static string RootFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RefreshTokenRotation.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds the solution.");
    }
}
