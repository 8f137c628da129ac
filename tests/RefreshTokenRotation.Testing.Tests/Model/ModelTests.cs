using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>The engine answers every sequence of operations as the model does.</summary>
[TestFixture]
internal sealed class ModelTests
{
    [Test]
    public void Engine_on_random_sequences_agrees_with_the_model() =>
        ModelSearch.Run(() => new Subject(), count: 3000).Should().BeNull();

    [Test]
    public void Random_sequences_meet_every_outcome_and_refusal()
    {
        var told = new Dictionary<string, int>(StringComparer.Ordinal);
        ModelSearch.Run(() => new Subject(), count: 300, inspect: world =>
        {
            foreach (var group in world.Told.GroupBy(told => $"{told.Name} {told.Detail}".Trim()))
            {
                told[group.Key] = told.GetValueOrDefault(group.Key) + group.Count();
            }
        }).Should().BeNull();
        foreach (var t in told.OrderBy(t => t.Key)) { TestContext.Out.WriteLine(t); }
    }
}
