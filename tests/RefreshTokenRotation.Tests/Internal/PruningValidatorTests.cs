using RefreshTokenRotation.Internal;

namespace RefreshTokenRotation.Tests.Internal;

[TestFixture]
internal sealed class PruningRulesTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Bad(new PruningOptions { Retention = -Tick }, "Retention", "(-00:00:00.0000001)", "between 00:00:00 and 3650.00:00:00");
        yield return Bad(new PruningOptions { Retention = TimeSpan.FromDays(3650) + Tick }, "Retention", "(3650.00:00:00.0000001)", "3650.00:00:00.");
        yield return Bad(new PruningOptions { Interval = TimeSpan.FromMinutes(1) - Tick }, "Interval", "(00:00:59.9999999)", "between 00:01:00");
        yield return Bad(new PruningOptions { Interval = TimeSpan.FromDays(7) + Tick }, "Interval", "(7.00:00:00.0000001)", "and 7.00:00:00.");
        yield return Bad(new PruningOptions { BatchPause = -Tick }, "BatchPause", "(-00:00:00.0000001)", "between 00:00:00");
        yield return Bad(new PruningOptions { BatchPause = TimeSpan.FromMinutes(1) + Tick }, "BatchPause", "(00:01:00.0000001)", "and 00:01:00.");
        yield return Bad(new PruningOptions { BatchSize = 0 }, "BatchSize", "(0)", "between 1 and 10000");
        yield return Bad(new PruningOptions { BatchSize = 10_001 }, "BatchSize", "(10001)", "between 1 and 10000");
    }

    private static IEnumerable<PruningOptions> Valid()
    {
        yield return new PruningOptions();
        yield return new PruningOptions { Retention = TimeSpan.Zero, Interval = TimeSpan.FromMinutes(1), BatchPause = TimeSpan.Zero, BatchSize = 1 };
        yield return new PruningOptions
        {
            Retention = TimeSpan.FromDays(3650),
            Interval = TimeSpan.FromDays(7),
            BatchPause = TimeSpan.FromMinutes(1),
            BatchSize = 10_000,
        };
    }

    [TestCaseSource(nameof(Invalid))]
    public void Message_names_option_value_and_bound(PruningOptions options, string option, string value, string bound) =>
        new PruningValidator().Validate(null, options).Failures.Should().ContainSingle()
            .Which.Should().StartWith($"{option} {value}").And.Contain(bound);

    [TestCaseSource(nameof(Valid))]
    public void Options_at_their_bounds_are_valid(PruningOptions options) => new PruningValidator().Validate(null, options).Succeeded.Should().BeTrue();

    private static TestCaseData Bad(PruningOptions options, string option, string value, string bound) =>
        new TestCaseData(options, option, value, bound).SetArgDisplayNames(option, value, bound);
}
