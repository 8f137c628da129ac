using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Nonces that need no storage: the keyed hash of a span of time. A nonce is valid in its span and the next, and from every node with
/// the same key, even if that node's clock is a span ahead.</summary>
internal sealed class DPoPNonces
{
    private const int Length = 24;

    private readonly byte[] _key;
    private readonly TimeProvider _time;

    public DPoPNonces(IOptions<DPoPOptions> options, TimeProvider time, ILogger<DPoPNonces> logger)
    {
        var settings = options.Value;
        _time = time;
        IsRequired = settings.RequireNonce;
        Span = settings.NonceLifetime / 2;
        _key = settings.NonceKey.IsEmpty ? RandomNumberGenerator.GetBytes(32) : settings.NonceKey.ToArray();
        if (IsRequired && settings.NonceKey.IsEmpty)
        {
            logger.NonceKeyIsRandom();
        }
    }

    /// <summary>Whether proofs must have a nonce.</summary>
    public bool IsRequired { get; }

    /// <summary>How long a nonce is handed out.</summary>
    public TimeSpan Span { get; }

    /// <summary>The nonce to hand out now.</summary>
    public string Current => Make(Now);

    private long Now => _time.GetUtcNow().UtcTicks / Span.Ticks;

    /// <summary>Whether a nonce is valid.</summary>
    /// <param name="nonce">What the proof holds; any text.</param>
    /// <param name="isEnding">Whether the client needs the next one soon.</param>
    public bool IsGood(string? nonce, out bool isEnding)
    {
        var now = Now;
        isEnding = false;
        if (nonce is null || IsOf(now, nonce) || IsOf(now + 1, nonce))
        {
            return nonce is not null;
        }

        return isEnding = IsOf(now - 1, nonce);
    }

    private bool IsOf(long span, string nonce) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(Make(span).AsSpan()), MemoryMarshal.AsBytes(nonce.AsSpan()));

    private string Make(long span)
    {
        Span<byte> data = stackalloc byte[18];
        "dpop-nonce"u8.CopyTo(data);
        BinaryPrimitives.WriteInt64BigEndian(data[10..], span);
        return Base64Url.EncodeToString(HMACSHA256.HashData(_key, data).AsSpan(0, Length));
    }
}
