using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>Whatever the store does: nothing is lost, no success is false, no read revokes by being stale.</summary>
[TestFixture]
internal sealed class FaultTests
{
    [Test]
    public void Engine_under_random_faults_keeps_every_invariant() =>
        FaultSearch.Run(store => new Subject(store), count: 5000).Should().BeNull();
}
