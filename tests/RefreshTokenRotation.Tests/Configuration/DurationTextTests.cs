using RefreshTokenRotation.Configuration;

namespace RefreshTokenRotation.Tests.Configuration;

[TestFixture]
internal sealed class DurationTextTests
{
    [TestCase("10s", 10)]
    [TestCase("0s", 0)]
    [TestCase("5m", 300)]
    [TestCase("12h", 43_200)]
    [TestCase("30d", 2_592_000)]
    [TestCase("1d12h", 129_600)]
    [TestCase("1m30s", 90)]
    [TestCase("PT10S", 10)]
    [TestCase("P30D", 2_592_000)]
    [TestCase("P1DT12H", 129_600)]
    public void Duration_with_a_unit_is_read(string text, int seconds)
    {
        DurationText.TryRead(text, out var duration).Should().BeTrue();
        duration.Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Test]
    public void Milliseconds_are_told_from_minutes()
    {
        DurationText.TryRead("1m500ms", out var duration).Should().BeTrue();
        duration.Should().Be(new TimeSpan(0, 0, 1, 0, 500));
    }

    [TestCase("")]
    [TestCase("10", Description = "ten days to the binder of the framework, ten seconds to a reader")]
    [TestCase("24:00:00")]
    [TestCase("-10s")]
    [TestCase("1.5h")]
    [TestCase("10 s")]
    [TestCase("10S")]
    [TestCase("s")]
    [TestCase("1s1m", Description = "the wrong way round")]
    [TestCase("1s1s")]
    [TestCase("1w")]
    [TestCase("P1Y")]
    [TestCase("P1M")]
    [TestCase("P")]
    [TestCase("-PT1S")]
    [TestCase("99999999999999999999s")]
    [TestCase("99999999999999d")]
    [TestCase("9999999d9999999999999999h")]
    [TestCase("P99999999999999D")]
    public void Anything_else_is_not_read(string text) => DurationText.TryRead(text, out _).Should().BeFalse();
}
