using System.Net;
using AuthorizationServer.Accounts;
using AuthorizationServer.Setup;
using Microsoft.AspNetCore.Http;

namespace AuthorizationServer.Tests.Safety;

[TestFixture]
internal sealed class AttemptsTests
{
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, TestName = "Network_of_one_house_counts_as_one_address")]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false, TestName = "Network_of_another_house_counts_for_itself")]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", true, TestName = "Address_of_the_old_kind_in_the_new_form_is_the_same")]
    [TestCase("::ffff:192.0.2.1", "::ffff:192.0.2.2", false, TestName = "Addresses_of_the_old_kind_in_the_new_form_differ")]
    public void Sources(string one, string other, bool same) =>
        (Attempts.Source(IPAddress.Parse(one)) == Attempts.Source(IPAddress.Parse(other))).Should().Be(same);

    [Test]
    public void Account_is_not_to_be_guessed_at_from_many_addresses()
    {
        using var attempts = new Attempts(new ServerSettings { AttemptsPerMinute = 2 });
        bool Allow(string address, string account) =>
            attempts.Allow(new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } }, account);

        Allow("192.0.2.1", "alice").Should().BeTrue();
        Allow("192.0.2.2", "alice").Should().BeTrue();
        Allow("192.0.2.3", "alice").Should().BeFalse();
        Allow("192.0.2.4", "bob").Should().BeTrue("another account is not concerned");
        Allow("192.0.2.4", "nobody").Should().BeTrue();
        Allow("192.0.2.4", "carol").Should().BeFalse("this address has tried twice");
    }
}
