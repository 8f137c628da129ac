using AuthorizationServer.Flows.Device;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class DeviceIntervalTests
{
    [TestCase(4.9, false)]
    [TestCase(4, false)]
    [TestCase(3.9, true)]
    [TestCase(0, true)]
    public void Device_that_obeys_is_not_slowed_down_by_a_second_of_jitter(double seconds, bool isTooSoon)
    {
        var asked = DateTimeOffset.UnixEpoch;
        var device = new DeviceAuthorization
        {
            ClientId = "tv",
            UserCode = "BCDF-GHJK",
            Scopes = [],
            Resources = [],
            EndsAt = asked.AddMinutes(10),
            Interval = TimeSpan.FromSeconds(5),
            LastAskedAt = asked,
        };

        device.IsTooSoon(asked.AddSeconds(seconds)).Should().Be(isTooSoon);
        (device with { LastAskedAt = null }).IsTooSoon(asked).Should().BeFalse();
    }
}
