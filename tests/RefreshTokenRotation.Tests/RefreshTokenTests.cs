using System.Globalization;
using System.Text.Json;
using RefreshTokenRotation.Tests.Support;

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
    public async Task Null_is_an_unknown_token([Values] bool known)
    {
        using var engine = new Engine();
        var held = known ? "rtr_held" : null;
        RefreshToken? next = known ? held : null;
        next!.Value.Reveal().Should().Be(held ?? string.Empty);
        (new RefreshToken(null) == default && RefreshToken.FromString(null) == default).Should().BeTrue();

        (await engine.FailAsync(next.Value)).Should().Be(RejectionReason.Unknown);
        (await engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = next.Value, ClientId = Engine.Client })).Should().Be(RevokeResult.NothingToRevoke);
        (await engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = next.Value })).Should().BeOfType<IntrospectResult.Inactive>();
    }

    [Test]
    public async Task Body_without_a_token_is_an_unknown_token()
    {
        using var engine = new Engine();
        var body = JsonSerializer.Deserialize<Body>("{}")!;

        (await engine.FailAsync(body.RefreshToken)).Should().Be(RejectionReason.Unknown);
    }

    private sealed record Body(string RefreshToken);

    [Test]
    public void Access_token_text_shows_nothing()
    {
        new AccessToken { Value = "secret", Lifetime = TimeSpan.FromMinutes(5), IdToken = "secret" }.ToString().Should().Be("[redacted]");
    }
}
