using System.Security.Cryptography;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Rotation;

/// <summary>A well-formed token as it was presented. Disposing clears the secrets.</summary>
internal sealed class PresentedToken : IDisposable
{
    private ulong _selectorHigh;
    private ulong _selectorLow;
    private Secrets.Buffer _secret;
    private Secrets.Buffer _successor;

    public PresentedToken(uint generation, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> selector)
    {
        Generation = generation;
        secret.CopyTo(_secret);
        _selectorHigh = BitConverter.ToUInt64(selector);
        _selectorLow = BitConverter.ToUInt64(selector[sizeof(ulong)..]);
        LookupKey = Secrets.Hash(selector);
    }

    /// <summary>What the token says of itself: a claim, not a proof.</summary>
    public long Generation { get; }

    public Opaque256 LookupKey { get; }

    /// <summary>The secret that follows the presented one. Valid once <see cref="StandingIn"/> said that the token is the previous one.</summary>
    public ReadOnlySpan<byte> Successor => _successor;

    public ReadOnlySpan<byte> Secret => _secret;

    public static PresentedToken? Parse(RefreshToken token, ReadOnlySpan<string> prefixes)
    {
        Span<byte> secret = stackalloc byte[TokenFormat.SecretLength];
        Span<byte> selector = stackalloc byte[TokenFormat.SelectorLength];
        try
        {
            return TokenFormat.TryParse(token.Characters, prefixes, out var generation, secret, selector)
                ? new PresentedToken(generation, secret, selector)
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(selector);
        }
    }

    /// <summary>Which token of its family this is. Right selector and wrong secret is a replay or tampering, never an accident.</summary>
    public TokenStanding StandingIn(TokenFamily family)
    {
        if (Secrets.Hash(_secret) == family.SecretHash)
        {
            return TokenStanding.Current;
        }

        if (family.Salt is not { } salt)
        {
            return TokenStanding.Superseded;
        }

        Secrets.Derive(_secret, salt, _successor);
        return Secrets.Hash(_successor) == family.SecretHash ? TokenStanding.Previous : TokenStanding.Superseded;
    }

    /// <summary>Another token of the same family, in clear.</summary>
    public RefreshToken Sibling(string prefix, long generation, ReadOnlySpan<byte> secret)
    {
        Span<byte> selector = stackalloc byte[TokenFormat.SelectorLength];
        BitConverter.TryWriteBytes(selector, _selectorHigh);
        BitConverter.TryWriteBytes(selector[sizeof(ulong)..], _selectorLow);
        var token = TokenFormat.Create(prefix, generation, secret, selector);
        CryptographicOperations.ZeroMemory(selector);
        return token;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        CryptographicOperations.ZeroMemory(_successor);
        (_selectorHigh, _selectorLow) = (0, 0);
    }
}

/// <summary>Which token of its family was presented.</summary>
internal enum TokenStanding
{
    /// <summary>The only one that rotates.</summary>
    Current,

    /// <summary>The one that the current token replaced, proved by deriving the current one from it.</summary>
    Previous,

    /// <summary>Any other: older, displaced, or tampered with.</summary>
    Superseded,
}
