using System.Text.RegularExpressions;
using RefreshTokenRotation.Simulation.EndToEnd;

namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>The whole system on one clock: it keeps its rules, a seed replays, and what is broken is found and told. <c>--system</c> lives through many more months.</summary>
[TestFixture]
internal sealed partial class SystemWorldTests
{
    private const int LongestStory = 12;

    private static IEnumerable<TestCaseData> Kinds => Enum.GetValues<App>().SelectMany(app => Enum.GetValues<Habit>(), static (app, habit) => new TestCaseData(app, habit));

    [TestCaseSource(nameof(Kinds))]
    public void No_rule_is_broken_under_any_preset(App app, Habit habit)
    {
        foreach (var preset in Preset.All)
        {
            var outcome = SystemWorld.Run(new Scenario(Seed: 7, Users: 1, preset, app, habit) { Days = 5 });

            outcome.Broken.Should().BeNull(preset.Name);
            outcome.Calls.Should().BePositive();
        }
    }

    [TestCase(App.Phone, Habit.Package, Theft.None)]
    [TestCase(App.Server, Habit.Sdk, Theft.Company)]
    [TestCase(App.Agents, Habit.NeverReads, Theft.None)]
    public void Seed_replays_to_the_byte(App app, Habit habit, Theft theft)
    {
        var scenario = new Scenario(Seed: 3, Users: 2, PresetOf("Spa"), app, habit) { Days = 8, Theft = theft };

        var (first, second) = (SystemWorld.Run(scenario, isRead: true), SystemWorld.Run(scenario, isRead: true));

        second.Hash.Should().Be(first.Hash);
        second.Steps.Should().Be(first.Steps);
        TextOf(second).Should().Be(TextOf(first)).And.Contain("Rotated");
        SystemWorld.Run(scenario with { Seed = 4, Days = 2 }).Hash.Should().NotBe(SystemWorld.Run(scenario with { Days = 2 }).Hash);
    }

    [Test]
    public void User_lives_the_same_life_without_the_others()
    {
        var scenario = new Scenario(Seed: 5, Users: 3, PresetOf("Mobile"), App.Phone, Habit.Package) { Days = 8 };

        var all = SystemWorld.Run(scenario, isRead: true);
        var alone = SystemWorld.Run(scenario with { Only = 1 }, isRead: true);

        string.Join('\n', alone.Lines.Where(line => line.User == 1).Select(static line => $"{line}"))
            .Should().Be(string.Join('\n', all.Lines.Where(line => line.User == 1).Select(static line => $"{line}"))).And.Contain("Rotated");
    }

    [TestCase(Sabotage.IgnoresVersion, App.Server, Habit.NeverReads, "Strict", Theft.None, "generation # was written twice: two lineages")]
    [TestCase(Sabotage.LosesWrites, App.Browser, Habit.Package, "Strict", Theft.None, "the user was logged out without a cause: generation # was refused as reuse, though it was good")]
    [TestCase(Sabotage.ReadsFromReplica, App.Browser, Habit.Package, "Spa", Theft.Revival, "a revoked family answered")]
    [TestCase(Sabotage.DropsLeeway, App.Phone, Habit.Package, "Spa", Theft.None, "the user was logged out without a cause: generation # was refused as reuse, though it was good")]
    [TestCase(Sabotage.DropsRevocation, App.Browser, Habit.NeverReads, "Strict", Theft.None, "a revoked family came back to life")]
    [TestCase(Sabotage.RenewsLeeway, App.Browser, Habit.NeverReads, "Spa", Theft.None, "generation # was accepted, which was used up")]
    public void Broken_store_is_found_and_its_story_is_short(Sabotage sabotage, App app, Habit habit, string preset, Theft theft, string rule)
    {
        var scenario = new Scenario(Seed: 1, Users: 8, PresetOf(preset), app, habit) { Sabotage = sabotage, Theft = theft };

        var broken = SystemWorld.Run(scenario);

        broken.Broken.Should().NotBeNull();
        var shrunk = Story.Shrink(broken);
        var story = Story.Tell(shrunk);
        TestContext.Out.WriteLine(story);
        Numbers().Replace(shrunk.Broken!.Value.Rule, "#").Should().Be(rule);
        story.Trim().Split('\n').Should().HaveCountLessThanOrEqualTo(LongestStory);
        story.Should().Contain("Logged in").And.EndWith($"BROKEN: {shrunk.Broken.Value.Rule}.{Environment.NewLine}");
        SystemWorld.Run(scenario with { Sabotage = Sabotage.None, Only = shrunk.Scenario.Only, Days = shrunk.Scenario.Days }).Broken.Should().BeNull("the store is to blame");
    }

    [TestCase(Theft.Ancestor, "Strict", "caught")]
    [TestCase(Theft.Tailgate, "Strict", "caught")]
    [TestCase(Theft.Tailgate, "Spa", "caught")]
    [TestCase(Theft.Fork, "Spa", "caught")]
    [TestCase(Theft.KeepAlive, "Mobile", "caught")]
    [TestCase(Theft.Company, "Mobile", "caught")]
    [TestCase(Theft.Company, "Agents", "caught")] // at the end of the first night, which is longer than the leeway
    [TestCase(Theft.Shadowing, "Spa", "never")]
    [TestCase(Theft.Inheritance, "Strict", "never")]
    [TestCase(Theft.Revival, "Spa", "refused")]
    [TestCase(Theft.ForcedRevocation, "Agents", "refused")]
    [TestCase(Theft.Company, "NonRotating", "never")]
    public void Thief_ends_as_the_attack_table_says(Theft theft, string preset, string end)
    {
        var outcome = SystemWorld.Run(new Scenario(Seed: 2, Users: 2, PresetOf(preset), App.Server, Habit.Package) { Theft = theft, Days = 14, Troubles = Troubles.None });

        outcome.Broken.Should().BeNull();
        outcome.Thefts.Should().HaveCount(2).And.AllSatisfy(thief =>
        {
            thief.Began.Should().NotBeNull();
            (thief.Took is not null ? "caught" : thief.Successes > 0 ? "never" : "refused").Should().Be(end);
        });
    }

    [Test]
    public void Report_prints_a_row_for_each_client_as_the_policy_page_has_it()
    {
        using var output = new StringWriter();

        SystemReport.Run(users: 1, thieves: 0, seed: 1, output, days: 2).Should().Be(0);

        var text = $"{output}";
        text.Should().Contain("| browser with tabs, the package |").And.Contain("| agents, never reads again |").And.Contain("4 user-months").And.EndWith($"no rule broken{Environment.NewLine}");
        var page = File.ReadAllText(Path.Combine(SecurityDocument.RootFolder(), "docs", "policies.md"));
        text.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Should().AllSatisfy(
            line => page.Should().Contain(line.StartsWith("| Client", StringComparison.Ordinal) ? line.Trim() : line[..(line.IndexOf('|', 2) + 1)], "the page quotes what --system prints"));
    }

    private static Preset PresetOf(string name) => Preset.All.Single(preset => preset.Name == name);

    private static string TextOf(Outcome outcome) => string.Join('\n', outcome.Lines);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
