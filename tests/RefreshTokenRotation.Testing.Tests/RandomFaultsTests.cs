namespace RefreshTokenRotation.Testing.Tests;

/// <summary>Chance that can be repeated.</summary>
[TestFixture]
internal sealed class RandomFaultsTests
{
    [Test]
    public void Same_seed_gives_the_same_faults()
    {
        Choose(new RandomFaults(7, 0.5)).Should().Equal(Choose(new RandomFaults(7, 0.5)));
        Choose(new RandomFaults(7, 0.5)).Should().NotEqual(Choose(new RandomFaults(8, 0.5)));
    }

    [Test]
    public void Probability_zero_never_fails_and_one_always_does()
    {
        Choose(new RandomFaults(1, 0)).Should().OnlyContain(fault => fault == StoreFault.None);
        Choose(new RandomFaults(1, 1)).Should().NotContain(StoreFault.None);
    }

    [Test]
    public void Chosen_fault_can_happen_to_its_call()
    {
        var faults = new RandomFaults(3, 1);
        foreach (var context in Calls())
        {
            faults.Choose(context).AppliesTo(context.Call).Should().BeTrue();
        }
    }

    [Test]
    public void Usual_faults_hold_no_stale_read() =>
        RandomFaults.Usual.Should().NotContain(fault => fault.Kind == StoreFaultKind.StaleRead, "the store contract forbids it");

    [Test]
    public void Store_prints_the_seed_of_its_plan()
    {
        var store = new FaultingTokenStore(new Storage.InMemoryTokenStore()) { Plan = new RandomFaults(4711, 0.25).Choose };
        store.ToString().Should().Contain("seed 4711").And.Contain("probability 0.25");
    }

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void Probability_out_of_bounds_is_refused(double probability)
    {
        var create = () => new RandomFaults(1, probability);
        create.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static List<StoreFault> Choose(RandomFaults faults) => [.. Calls().Select(faults.Choose)];

    private static IEnumerable<StoreCallContext> Calls() =>
        from number in Enumerable.Range(1, 200)
        let call = (StoreCall)((number % 6) + 1)
        select new StoreCallContext(call, number, number, null);
}
