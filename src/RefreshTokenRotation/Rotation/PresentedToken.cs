using System.Security.Cryptography;

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

    /// <summary>The current secret, once <see cref="StandingIn"/> said that the token is the previous one, or <see cref="IsEarlier"/> an earlier one.</summary>
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

    /// <summary>Whether the trail leads from this token, which is neither current nor previous, to the current one.</summary>
    public bool IsEarlier(TokenFamily family, RotationPolicy policy)
    {
        if (policy.LeewayGenerations <= 1 || !Trail.TryRead(family, out var trail))
        {
            return false;
        }

        var generation = GenerationIn(trail);
        if (family.Generation - generation is var back && (back < 2 || back > policy.LeewayGenerations))
        {
            return false;
        }

        // Secrets on the way are tokens that may come back: none stays behind.
        var secret = _secret;
        for (; generation < family.Generation; generation++)
        {
            Secrets.Derive(secret, trail.SaltOf(generation), _successor);
            secret = _successor;
        }

        CryptographicOperations.ZeroMemory(secret);
        return Secrets.Hash(_successor) == family.SecretHash;
    }

    /// <summary>Whether the leeway of an earlier token lasts.</summary>
    public bool IsInsideLeeway(TokenFamily family, RotationPolicy policy, DateTimeOffset now) =>
        Trail.TryRead(family, out var trail) && trail.IsInside(GenerationIn(trail), policy, now);

    /// <summary>The generation from which the trail may lead on. One that was recovered claims less than the trail's first.</summary>
    public long GenerationIn(Trail trail) => Math.Max(Generation, trail.Floor);

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

    /// <summary>One before the previous, proved by deriving the current one from it. Only where leeway reaches over several generations.</summary>
    Earlier,
}
