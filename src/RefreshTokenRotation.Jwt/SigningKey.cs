using System.Diagnostics;
using System.Security.Cryptography;
using RefreshTokenRotation.Jwt.Internal;

namespace RefreshTokenRotation.Jwt;

/// <summary>A key that signs tokens, and when it does. Create one with a factory method, and set times with <c>with { ... }</c>.</summary>
/// <remarks>A key is published from the moment it is known. It signs from <see cref="ActivatesAt"/> until a later one activates or it retires,
/// and validates until <see cref="ValidUntil"/>. An RSA key has at least 2,048 bits, an EC key lies on P-256.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record SigningKey
{
    internal SigningKey(KeyMaterial material) => Material = material;

    /// <summary>Its id (<c>kid</c>): the thumbprint of the public key (RFC 7638).</summary>
    public string KeyId => Material.KeyId;

    /// <summary>The algorithm that it signs with. A key never changes its algorithm.</summary>
    public SigningAlgorithm Algorithm => Material.Algorithm;

    /// <summary>When it begins to sign. Of several keys the one that activated last signs; of two that activated at once, the one whose id is
    /// greater by ordinal.</summary>
    /// <value>Default: null, at once.</value>
    public DateTimeOffset? ActivatesAt { get; init; }

    /// <summary>When it stops signing, even if no other key has activated.</summary>
    /// <value>Default: null, when another activates. After <see cref="ActivatesAt"/>.</value>
    public DateTimeOffset? RetiresAt { get; init; }

    /// <summary>When it stops validating, and leaves the published set. At least the longest lifetime of a token after the key stops signing.</summary>
    /// <value>Default: null, never. Not before <see cref="RetiresAt"/>, and after <see cref="ActivatesAt"/>.</value>
    public DateTimeOffset? ValidUntil { get; init; }

    internal KeyMaterial Material { get; }

    /// <summary>Reads a private key in PEM form: PKCS#8 (plain or encrypted), PKCS#1 or SEC 1.</summary>
    /// <param name="pem">The PEM text. Lines <c>Algorithm:</c>, <c>Activates:</c>, <c>Retires:</c> and <c>Valid-Until:</c> before it are read
    /// as the algorithm and the times (ISO 8601, UTC).</param>
    /// <param name="password">The password of an encrypted key. Default: none.</param>
    /// <returns>The key: by default ES256 for an EC key, RS256 for an RSA key.</returns>
    /// <exception cref="ArgumentException">The text holds no such key, or not one of an allowed kind. The message shows nothing of it.</exception>
    public static SigningKey FromPem(string pem, string? password = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return PemKey.Read(pem, password);
    }

    /// <summary>Reads a file as <see cref="FromPem"/> does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password of an encrypted key. Default: none.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The file holds no such key. The message names the file and shows nothing of it.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static SigningKey FromFile(string path, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return PemKey.ReadFile(path, File.ReadAllText(path), password);
    }

    /// <summary>Takes an RSA key, which may be one of a hardware module. It is used by several threads at once; the host does not dispose it.</summary>
    /// <param name="rsa">The key, with its private part.</param>
    /// <param name="algorithm">RS256 or PS256. Default: RS256.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The key is shorter than 2,048 bits or has no private part, or the algorithm is not for RSA.</exception>
    public static SigningKey FromRsa(RSA rsa, SigningAlgorithm algorithm = SigningAlgorithm.RS256)
    {
        ArgumentNullException.ThrowIfNull(rsa);
        return new SigningKey(KeyMaterial.FromRsa(rsa, algorithm));
    }

    /// <summary>Takes an EC key on P-256, which may be one of a hardware module. It is used by several threads at once; the host does not
    /// dispose it.</summary>
    /// <param name="ecdsa">The key, with its private part.</param>
    /// <returns>The key, for ES256.</returns>
    /// <exception cref="ArgumentException">The key lies on another curve, or has no private part.</exception>
    public static SigningKey FromECDsa(ECDsa ecdsa)
    {
        ArgumentNullException.ThrowIfNull(ecdsa);
        return new SigningKey(KeyMaterial.FromECDsa(ecdsa));
    }

    /// <summary>Takes the public part of a key that signs elsewhere.</summary>
    /// <param name="publicKey">The public key.</param>
    /// <param name="algorithm">RS256 or PS256.</param>
    /// <param name="sign">Signs with the private one.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The key is shorter than 2,048 bits, or the algorithm is not for RSA.</exception>
    public static SigningKey FromSigner(RSAParameters publicKey, SigningAlgorithm algorithm, SignatureFactory sign)
    {
        ArgumentNullException.ThrowIfNull(sign);
        return new SigningKey(KeyMaterial.FromSigner(publicKey, algorithm, sign));
    }

    /// <summary>Takes the public part of an EC key on P-256 that signs elsewhere, for ES256.</summary>
    /// <param name="publicKey">The public key.</param>
    /// <param name="sign">Signs with the private one.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The key lies on another curve.</exception>
    public static SigningKey FromSigner(ECParameters publicKey, SignatureFactory sign)
    {
        ArgumentNullException.ThrowIfNull(sign);
        return new SigningKey(KeyMaterial.FromSigner(publicKey, sign));
    }

    /// <summary>Makes a new key, which ends with the process.</summary>
    /// <param name="algorithm">What it signs with: RSA of 2,048 bits, or EC on P-256.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The algorithm is not one of the named.</exception>
#pragma warning disable CA2000 // The pair lives as long as somebody refers to the key.
    public static SigningKey Generate(SigningAlgorithm algorithm) => algorithm switch
    {
        SigningAlgorithm.ES256 => FromECDsa(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        SigningAlgorithm.RS256 or SigningAlgorithm.PS256 => FromRsa(RSA.Create(2048), algorithm),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "The algorithm is not a defined value."),
    };
#pragma warning restore CA2000

    /// <summary>The algorithm and the id.</summary>
    /// <returns>A text without any part of the private key.</returns>
    public override string ToString() => $"{Algorithm} {KeyId}";
}
