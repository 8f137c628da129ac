using RefreshTokenRotation.Simulation.Attacks;

namespace RefreshTokenRotation.Simulation.Tests;

[TestFixture]
internal sealed class AttackTableTests
{
    [Test]
    public void Attack_table_of_the_security_document_is_what_the_engine_does()
    {
        SecurityDocument.Between("<!-- attack table -->\n", "<!-- end attack table -->").Should().Be(
            AttackTable.Render(), "SECURITY.md has to show it: dotnet run --project tests/RefreshTokenRotation.Simulation -- --attack-table");
    }
}
