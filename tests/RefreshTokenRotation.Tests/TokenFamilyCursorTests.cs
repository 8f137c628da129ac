using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests;

[TestFixture]
internal sealed class TokenFamilyCursorTests
{
    private static readonly Guid Id = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    [Test]
    public void Text_is_frozen_safe_in_a_url_and_read_back()
    {
        var cursor = new TokenFamilyCursor(FakeTime.Start.AddTicks(7).ToOffset(TimeSpan.FromHours(2)), Id);

        cursor.ToString().Should().Be("639028224000000007.0f8fad5bd9cb469fa16570867728950e");
        Uri.EscapeDataString(cursor.ToString()).Should().Be(cursor.ToString());
        TokenFamilyCursor.TryParse(cursor.ToString(), out var read).Should().BeTrue();
        read.Should().Be(cursor);
    }

    [TestCase(0)]
    [TestCase(3_155_378_975_999_999_999)]
    public void Earliest_and_latest_instants_are_read_back(long ticks)
    {
        var cursor = new TokenFamilyCursor(new DateTimeOffset(ticks, TimeSpan.Zero), Id);

        TokenFamilyCursor.TryParse(cursor.ToString(), out var read).Should().BeTrue();
        read.Should().Be(cursor);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(".")]
    [TestCase("1")]
    [TestCase("1.")]
    [TestCase(".0f8fad5bd9cb469fa16570867728950e")]
    [TestCase("-1.0f8fad5bd9cb469fa16570867728950e")]
    [TestCase("+1.0f8fad5bd9cb469fa16570867728950e")]
    [TestCase(" 1.0f8fad5bd9cb469fa16570867728950e")]
    [TestCase("1.0f8fad5bd9cb469fa16570867728950e.")]
    [TestCase("1.0f8fad5b-d9cb-469f-a165-70867728950e")]
    [TestCase("1.0f8fad5bd9cb469fa1657086772895")]
    [TestCase("1.zf8fad5bd9cb469fa16570867728950e")]
    [TestCase("3155378976000000000.0f8fad5bd9cb469fa16570867728950e")]
    [TestCase("99999999999999999999999.0f8fad5bd9cb469fa16570867728950e")]
    [TestCase("١.0f8fad5bd9cb469fa16570867728950e")]
    [TestCase("1e3.0f8fad5bd9cb469fa16570867728950e")]
    public void Garbage_is_no_cursor(string? text)
    {
        TokenFamilyCursor.TryParse(text, out var cursor).Should().BeFalse();
        cursor.Should().Be(default(TokenFamilyCursor));
    }
}
