namespace RefreshTokenRotation.Tests;

[TestFixture]
internal sealed class DeviceInfoTests
{
    [Test]
    public void Half_a_surrogate_pair_is_replaced_and_a_whole_one_kept()
    {
        var device = DeviceInfo.Observe("a\ud800b", "\ud83d\ude00");

        device.IpAddress.Should().Be("a\ufffdb");
        device.UserAgent.Should().Be("\ud83d\ude00");
    }

    [Test]
    public void Good_values_are_taken_as_they_are()
    {
        DeviceInfo.Observe("2001:db8::1", "Mozilla/5.0", "Ana's phone").Should().Be(
            new DeviceInfo { IpAddress = "2001:db8::1", UserAgent = "Mozilla/5.0", Name = "Ana's phone" });
    }

    [TestCase("::ffff:203.0.113.9", "203.0.113.9")]
    [TestCase("::FFFF:cb00:7109", "203.0.113.9")]
    [TestCase("::ffff:0:203.0.113.9", "::ffff:0:203.0.113.9")]
    [TestCase("2001:db8::ffff:203.0.113.9", "2001:db8::ffff:203.0.113.9")]
    [TestCase("203.0.113.9", "203.0.113.9")]
    [TestCase("::ffff:nonsense", "::ffff:nonsense")]
    public void IPv4_address_that_is_mapped_to_IPv6_is_stored_as_IPv4(string observed, string stored) =>
        DeviceInfo.Observe(observed, null).IpAddress.Should().Be(stored);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("\r\n\0\u0085")]
    public void Nothing_usable_is_null(string? value)
    {
        DeviceInfo.Observe(value, value, value).Should().Be(new DeviceInfo());
    }

    [Test]
    public void Control_characters_are_removed()
    {
        DeviceInfo.Observe("1\t2", "a\r\nSet-Cookie: b", "x\u0007y\u009fz").Should().Be(
            new DeviceInfo { IpAddress = "12", UserAgent = "aSet-Cookie: b", Name = "xyz" });
    }

    [Test]
    public void Values_are_cut_to_their_bounds_and_not_before()
    {
        var device = DeviceInfo.Observe(new string('1', 65), new string('u', 513), new string('n', 256));
        var fitting = DeviceInfo.Observe(new string('1', 64), new string('u', 512), new string('n', 255));

        device.Should().Be(fitting);
        fitting.IpAddress.Should().HaveLength(64);
        fitting.UserAgent.Should().HaveLength(512);
        fitting.Name.Should().HaveLength(255);
    }

    [Test]
    public void Control_characters_do_not_count_towards_the_bound()
    {
        DeviceInfo.Observe(new string('\n', 100) + new string('1', 64), null).IpAddress.Should().Be(new string('1', 64));
    }

    [Test]
    public void Surrogate_pair_is_not_split()
    {
        var name = DeviceInfo.Observe(null, null, new string('n', 254) + "\U0001F511").Name;

        name.Should().Be(new string('n', 254));
        DeviceInfo.Observe(null, null, new string('n', 253) + "\U0001F511").Name.Should().HaveLength(255);
    }
}
