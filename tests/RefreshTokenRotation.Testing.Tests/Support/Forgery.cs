using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation.Testing.Tests.Support;

/// <summary>Tokens that no engine gave out.</summary>
internal static class Forgery
{
    /// <summary>The right selector and a wrong secret: what somebody makes who holds a token of the family.</summary>
    public static RefreshToken Tamper(RefreshToken token)
    {
        var secret = new byte[TokenFormat.SecretLength];
        var selector = new byte[TokenFormat.SelectorLength];
        TokenFormat.TryParse(token.Reveal(), ["rtr_"], out var generation, secret, selector).Should().BeTrue();
        secret[0] ^= 1;
        return TokenFormat.Create("rtr_", generation, secret, selector);
    }

    /// <summary>A typing error: the checksum does not fit.</summary>
    public static RefreshToken Mistype(RefreshToken token)
    {
        var text = token.Reveal();
        return text[..^1] + (text[^1] == 'A' ? 'B' : 'A');
    }
}
