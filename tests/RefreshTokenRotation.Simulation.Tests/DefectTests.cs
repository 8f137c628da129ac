using RefreshTokenRotation.Simulation.Defects;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>Public defects of other servers: each is found by its rule, and the library passes where it shows.</summary>
[TestFixture]
internal sealed class DefectTests
{
    private static IEnumerable<World> DefectWorlds => DefectCatalogue.All.Select(defect => defect.World).Distinct();

    [TestCaseSource(typeof(DefectCatalogue), nameof(DefectCatalogue.All))]
    public void Defect_is_found_by_its_rule_with_a_trace(Defect defect)
    {
        var findings = defect.Find();

        TestContext.Out.WriteLine(findings.Story);
        findings.Broken.Should().Be(defect.FoundBy);
        findings.Trace.Should().HaveCount(findings.Longest).And.NotContain(string.Empty);
    }

    /// <summary>Otherwise the rule might find the model of the other server, and not its defect.</summary>
    [TestCaseSource(typeof(DefectCatalogue), nameof(DefectCatalogue.All))]
    public void Defect_that_is_mended_is_not_found(Defect defect)
    {
        var findings = defect.FindMended();

        findings.Broken.Should().BeNull("{0}", findings.Story);
        findings.IsComplete.Should().BeTrue();
    }

    [TestCaseSource(nameof(DefectWorlds))]
    public void Library_keeps_every_rule_where_a_defect_shows(World world)
    {
        var findings = new Explorer(world).Run();

        findings.Broken.Should().BeNull("{0}", findings.Story);
        findings.IsComplete.Should().BeTrue();
    }

    [Test]
    public void Defects_have_names_of_their_own()
    {
        DefectCatalogue.All.Select(defect => defect.Name).Should().OnlyHaveUniqueItems().And.HaveCountGreaterThanOrEqualTo(12);
    }

    [Test]
    public void Run_that_does_not_find_a_defect_counts_it()
    {
        var blind = DefectCatalogue.All[0] with { Wrong = DefectCatalogue.All[0].Mended };
        using var output = new StringWriter();

        DefectTable.Show([DefectCatalogue.All[0], blind], output).Should().Be(1);

        output.ToString().Should().ContainAll(DefectCatalogue.All[0].Name, "passes", "NOT FOUND");
    }

    [Test]
    public void Defect_table_of_the_security_document_is_what_the_catalogue_says()
    {
        SecurityDocument.Between("<!-- defect table -->\n", "<!-- end defect table -->").Should().Be(
            DefectTable.Render(), "SECURITY.md has to show it: dotnet run --project tests/RefreshTokenRotation.Simulation -- --cve-table");
    }
}
