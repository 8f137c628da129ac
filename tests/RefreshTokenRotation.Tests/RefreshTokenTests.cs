using System.Globalization;
using System.Text.Json;

namespace RefreshTokenRotation.Tests;

[TestFixture]
internal sealed class RefreshTokenTests
{
    private const string Value = "rtr_secret-value";
    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    [Test]
    public void Tokens_that_differ_in_half_a_surrogate_pair_are_not_equal() =>
        (new RefreshToken("\ud800") == new RefreshToken("\ud801")).Should().BeFalse();

    [Test]
    public void Only_reveal_shows_the_value()
    {
        RefreshToken token = Value;

        token.Reveal().Should().Be(Value);
        token.ToString().Should().Be("[redacted]");
        $"{token}|{token,40}".Should().NotContain("secret");
        string.Format(CultureInfo.InvariantCulture, "{0}", token).Should().Be("[redacted]");
        JsonSerializer.Serialize(token).Should().Be("{}");
        JsonSerializer.Serialize(new { token }, WithFields).Should().NotContain("secret");
        new Dictionary<RefreshToken, RefreshToken> { [token] = token }.First().ToString().Should().NotContain("secret");
    }

    [Test]
    public void Tokens_are_equal_if_their_values_are()
    {
        RefreshToken token = Value;

        (token == RefreshToken.FromString(Value)).Should().BeTrue();
        token.Equals((object)new RefreshToken(Value)).Should().BeTrue();
        token.GetHashCode().Should().Be(new RefreshToken(Value).GetHashCode());
        (token != "rtr_secret-valuf").Should().BeTrue();
        (token == "rtr_secret-valu").Should().BeFalse();
        token.Equals((object)Value).Should().BeFalse();
        token.Equals((object?)null).Should().BeFalse();
    }

    [Test]
    public void Default_token_reveals_nothing()
    {
        default(RefreshToken).Reveal().Should().BeEmpty();
        default(RefreshToken).ToString().Should().Be("[redacted]");
        (default(RefreshToken) == default).Should().BeTrue();
    }

    [Test]
    public void Null_is_no_token()
    {
        var create = () => new RefreshToken(null!);

        create.Should().Throw<ArgumentNullException>();
    }

    [Test]
    public void Access_token_text_shows_nothing()
    {
        new AccessToken { Value = "secret", Lifetime = TimeSpan.FromMinutes(5), IdToken = "secret" }.ToString().Should().Be("[redacted]");
    }
}
