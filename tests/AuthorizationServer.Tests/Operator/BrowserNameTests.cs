using AuthorizationServer.Pages;

namespace AuthorizationServer.Tests.Operator;

[TestFixture]
internal sealed class BrowserNameTests
{
    [TestCase("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux")]
    [TestCase("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome on Windows")]
    [TestCase("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows")]
    [TestCase("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [TestCase("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari on macOS")]
    [TestCase("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [TestCase("curl/7.88.1", "curl")]
    [TestCase("MyPlayer/3.1", "MyPlayer/3.1")]
    [TestCase("", "Unknown browser")]
    [TestCase(null, "Unknown browser")]
    public void User_agent_becomes_a_name_that_users_know(string? userAgent, string expected) => BrowserName.Of(userAgent).Should().Be(expected);

    [Test]
    public void Long_unknown_user_agent_is_cut() => BrowserName.Of(new string('x', 512)).Should().Be(new string('x', 59) + "…");
}
