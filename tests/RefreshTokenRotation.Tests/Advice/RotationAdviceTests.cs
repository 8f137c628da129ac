namespace RefreshTokenRotation.Tests.Advice;

/// <summary>What is advised for what was seen.</summary>
[TestFixture]
internal sealed class RotationAdviceTests
{
    private static readonly ClientUsage Calm = new() { Families = 100, Rotations = 10_000, SuccessorsPresented = 9_900 };

    private static IEnumerable<TestCaseData> Cases =>
    [
        Case("no trouble", Calm, ClientPattern.OneHolder, RotationPreset.Strict),
        Case("one log-out in 500 rotations", Calm with { StrictLogOuts = 20 }, ClientPattern.OneHolder, RotationPreset.Strict),
        Case("a little more", Calm with { StrictLogOuts = 21, Bursts = 21, BurstReplays = 21 }, ClientPattern.ParallelTabs, RotationPreset.Spa),
        Case("bursts of four", Calm with { StrictLogOuts = 400, Bursts = 400, BurstReplays = 1200 }, ClientPattern.ParallelRequests, RotationPreset.Spa),
        Case("lost answers", Calm with { StrictLogOuts = 300, SpaLogOuts = 290, AgentsLogOuts = 150 }, ClientPattern.LostResponses, RotationPreset.Mobile),
        Case("shared tokens", Calm with { StrictLogOuts = 9_000, SpaLogOuts = 9_000, MobileLogOuts = 8_000, SharedFamilies = 90 }, ClientPattern.SharedToken, RotationPreset.Agents),
        Case(
            "processes that sleep for long",
            Calm with { StrictLogOuts = 9_000, SpaLogOuts = 9_000, MobileLogOuts = 8_000, AgentsLogOuts = 501, SharedFamilies = 90 },
            ClientPattern.SharedToken,
            RotationPreset.NonRotating),
        Case("a first token for ever", Calm with { StrictLogOuts = 9_900, SpaLogOuts = 9_900, SuccessorsPresented = 500 }, ClientPattern.NeverStoresSuccessor, RotationPreset.NonRotating),
        Case("short sessions that never refresh twice", Calm with { SuccessorsPresented = 0 }, ClientPattern.OneHolder, RotationPreset.Strict),
        Case("few second holders", Calm with { SharedFamilies = 9 }, ClientPattern.PossibleTheft, RotationPreset.Strict),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Preset_is_the_strictest_that_logs_out_nearly_as_few_as_any(ClientUsage usage, ClientPattern pattern, RotationPreset preset)
    {
        var advice = RotationAdvice.For(usage);

        (advice.Pattern, advice.Preset).Should().Be((pattern, preset));
        advice.Usage.Should().BeSameAs(usage);
        advice.Sentence.Should().StartWith($"{preset}: ").And.EndWith(".").And.Contain(advice.Reason).And.Contain(advice.SecurityCost);
        $"{advice}".Should().Be(advice.Sentence);
    }

    [Test]
    public void Nothing_is_advised_for_fewer_than_twenty_rotations()
    {
        var advice = RotationAdvice.For(Calm with { Rotations = 19 });

        (advice.Pattern, advice.Preset, advice.Policy).Should().Be((ClientPattern.NotEnoughSeen, null, null));
        advice.Sentence.Should().Be("Only 19 rotations were seen, too few to say.");
        RotationAdvice.For(Calm with { Rotations = 20 }).Pattern.Should().Be(ClientPattern.OneHolder);
    }

    [Test]
    public void Suspects_among_other_troubles_are_named()
    {
        var tabs = Calm with { StrictLogOuts = 300, Bursts = 300, BurstReplays = 300, SharedFamilies = 3 };

        RotationAdvice.For(tabs).Sentence.Should().StartWith("Spa: Tabs ").And.EndWith("; 3 families had a second holder, which looks like a theft.");
        RotationAdvice.For(tabs with { SharedFamilies = 0 }).Sentence.Should().NotContain("theft.");
    }

    [Test]
    public void Policy_is_that_of_the_preset()
    {
        RotationAdvice.For(Calm).Policy.Should().Be(RotationPolicy.Strict);
        RotationAdvice.For(Calm with { StrictLogOuts = 300 }).Policy.Should().Be(RotationPolicy.Spa);
        RotationAdvice.For(Calm with { StrictLogOuts = 300, SpaLogOuts = 300, AgentsLogOuts = 300 }).Policy.Should().Be(RotationPolicy.Mobile);
        RotationAdvice.For(Calm with { StrictLogOuts = 300, SpaLogOuts = 300, MobileLogOuts = 300 }).Policy.Should().Be(RotationPolicy.Agents);
        RotationAdvice.For(Calm with { SuccessorsPresented = 0, SpaLogOuts = 9_900 }).Policy!.RotationType.Should().Be(RotationType.NonRotating);
    }

    private static TestCaseData Case(string name, ClientUsage usage, ClientPattern pattern, RotationPreset preset) =>
        new TestCaseData(usage, pattern, preset).SetArgDisplayNames(name);
}
