using RefreshTokenRotation.Torture.Histories;
using RefreshTokenRotation.Torture.Runs;
using RefreshTokenRotation.Torture.Setups;

namespace RefreshTokenRotation.Torture.Tests;

/// <summary>A short look at what the program does for minutes and hours. The number of operations ends a run, and no speed decides about it.</summary>
[TestFixture]
internal sealed class TortureTests
{
    [Test]
    public async Task Fail_over_to_a_synchronous_standby_loses_nothing_that_was_answered()
    {
        await using var setup = new FailoverSetup("postgresql-failover") { Nodes = 2 };
        await setup.StartAsync();

        var result = await new TortureRun(setup, seed: 1)
        {
            OperationsPerRound = 150,
            MaxHold = 500,
            Chooses = static fault => fault.Name == "primary killed, standby promoted",
        }.RunAsync(rounds: 1, TimeSpan.Zero);

        TestContext.Out.WriteLine(result);
        result.Findings.Should().BeEmpty(result.Describe());
        result.Faults.Should().NotBeEmpty();
    }

    [Test]
    public async Task Processes_that_are_killed_and_stopped_on_one_file_lose_nothing_that_was_answered()
    {
        await using var setup = new SqliteSetup("sqlite") { Nodes = 2 };
        await LosesNothingAsync(setup);
    }

    [Test]
    public async Task Redis_that_is_killed_and_cut_off_loses_nothing_that_was_answered()
    {
        await using var setup = new RedisSetup("redis") { Nodes = 2 };
        await LosesNothingAsync(setup);
    }

    [Test]
    public async Task Sabotaged_store_is_found()
    {
        var result = await SabotageCatalogue.All.Single(static sabotage => sabotage.Name == "revocation-lost").RunAsync(seed: 1, static _ => { });

        TestContext.Out.WriteLine(result);
        result.Findings.Should().Contain(static finding => finding.Rule == RuleNames.Ended);
        result.Findings.Should().Contain(static finding => finding.Rule == RuleNames.Linearizable);
    }

    [Test]
    public void Every_sabotage_has_a_name_of_its_own() =>
        SabotageCatalogue.All.Select(static sabotage => sabotage.Name).Should().OnlyHaveUniqueItems().And.HaveCountGreaterThanOrEqualTo(20);

    private static async Task LosesNothingAsync(Setup setup)
    {
        await setup.StartAsync();

        var result = await new TortureRun(setup, seed: 1) { OperationsPerRound = 150, MaxHold = 500 }.RunAsync(rounds: 1, TimeSpan.Zero);

        TestContext.Out.WriteLine(result);
        result.Findings.Should().BeEmpty(result.Describe());
        result.Faults.Should().NotBeEmpty();
    }
}
