using System.Security.Cryptography;

namespace RefreshTokenRotation.Client;

/// <summary>Signs the assertions of a client that authenticates by <c>private_key_jwt</c> (RFC 7523).</summary>
public sealed class ClientAssertionKey
{
    private readonly Func<byte[], CancellationToken, ValueTask<byte[]>> _sign;

    private ClientAssertionKey(string algorithm, string? keyId, Func<byte[], CancellationToken, ValueTask<byte[]>> sign) =>
        (Algorithm, KeyId, _sign) = (algorithm, keyId, sign);

    internal string Algorithm { get; }

    internal string? KeyId { get; }

    /// <summary>Signs by ES256 with a P-256 key.</summary>
    /// <param name="key">The private key. You own it: keep it open, and dispose it yourself.</param>
    /// <param name="keyId">The <c>kid</c> by which the server knows the key; null sends none.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The key is of another curve.</exception>
    public static ClientAssertionKey FromECDsa(ECDsa key, string? keyId = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.KeySize != 256)
        {
            throw new ArgumentException("The key must be on the curve P-256.", nameof(key));
        }

        return FromSigner("ES256", keyId, (data, _) => new(Locked(key, () => key.SignData(data, HashAlgorithmName.SHA256))));
    }

    /// <summary>Signs by PS256 with an RSA key.</summary>
    /// <param name="key">The private key, of 2,048 bits or more. You own it: keep it open, and dispose it yourself.</param>
    /// <param name="keyId">The <c>kid</c> by which the server knows the key; null sends none.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The key is too short.</exception>
    public static ClientAssertionKey FromRsa(RSA key, string? keyId = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.KeySize < 2048)
        {
            throw new ArgumentException("The key must have at least 2,048 bits.", nameof(key));
        }

        return FromSigner("PS256", keyId, (data, _) => new(Locked(key, () => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))));
    }

    /// <summary>Signs by a call, for keys that don't leave a vault.</summary>
    /// <param name="algorithm">The JWS algorithm (RFC 7518, section 3.1), such as <c>ES256</c>.</param>
    /// <param name="keyId">The <c>kid</c> by which the server knows the key; null sends none.</param>
    /// <param name="sign">Returns the signature of the bytes, in JWS form.</param>
    /// <returns>The key.</returns>
    public static ClientAssertionKey FromSigner(string algorithm, string? keyId, Func<byte[], CancellationToken, ValueTask<byte[]>> sign)
    {
        ArgumentException.ThrowIfNullOrEmpty(algorithm);
        ArgumentNullException.ThrowIfNull(sign);
        return new ClientAssertionKey(algorithm, keyId, sign);
    }

    internal ValueTask<byte[]> SignAsync(byte[] data, CancellationToken cancellationToken) => _sign(data, cancellationToken);

    // The classes of cryptography keys don't promise to be thread-safe.
    private static byte[] Locked(object key, Func<byte[]> sign)
    {
        lock (key)
        {
            return sign();
        }
    }
}
