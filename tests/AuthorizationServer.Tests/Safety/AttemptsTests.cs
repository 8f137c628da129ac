using System.Net;
using AuthorizationServer.Accounts;

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
}
