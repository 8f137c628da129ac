using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Well-formed tokens that nobody issued: what an attacker can make from a token of a family.</summary>
internal static class Forgery
{
    public static RefreshToken Of(RefreshToken genuine, uint generation = 0, bool keepSecret = false)
    {
        Span<byte> secret = stackalloc byte[TokenFormat.SecretLength];
        Span<byte> selector = stackalloc byte[TokenFormat.SelectorLength];
        TokenFormat.TryParse(genuine.Reveal(), ["rtr_"], out _, secret, selector).Should().BeTrue();
        if (!keepSecret)
        {
            secret[0] ^= 1;
        }

        return TokenFormat.Create("rtr_", generation, secret, selector);
    }
}
