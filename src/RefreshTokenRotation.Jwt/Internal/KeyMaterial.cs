using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>A key without its times: how it signs, what validates it, and how it is published.</summary>
internal sealed class KeyMaterial
{
    private const int MinRsaBits = 2048;
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly SignatureFactory _sign;

    private KeyMaterial(SigningAlgorithm algorithm, SecurityKey validationKey, string members, SignatureFactory sign)
    {
        Algorithm = algorithm;
        KeyId = Base64Url.EncodeToString(validationKey.ComputeJwkThumbprint());
        validationKey.KeyId = KeyId;
        PublicKey = $"{{{members},\"use\":\"sig\",\"alg\":\"{algorithm}\",\"kid\":\"{KeyId}\"}}"; // base64url and fixed words: nothing to escape
        ValidationKey = validationKey;
        AccessTokenHeader = CompactToken.Header(algorithm, KeyId, "at+jwt");
        IdTokenHeader = CompactToken.Header(algorithm, KeyId, "JWT");
        _sign = sign;
    }

    public SigningAlgorithm Algorithm { get; }

    /// <summary>The key's thumbprint (RFC 7638).</summary>
    public string KeyId { get; }

    /// <summary>The JSON Web Key, with public members only.</summary>
    public string PublicKey { get; }

    /// <summary>The public key alone.</summary>
    public SecurityKey ValidationKey { get; }

    /// <summary>The first segment of each access token that this key signs.</summary>
    public string AccessTokenHeader { get; }

    /// <summary>The first segment of each ID token that this key signs.</summary>
    public string IdTokenHeader { get; }

    public static KeyMaterial FromRsa(RSA rsa, SigningAlgorithm algorithm) =>
        FromRsa(rsa.ExportParameters(includePrivateParameters: false), algorithm, () =>
        {
            var padding = algorithm == SigningAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
            return Local(data => rsa.SignData(data.Span, HashAlgorithmName.SHA256, padding));
        });

    public static KeyMaterial FromECDsa(ECDsa ecdsa) =>
        FromECDsa(ecdsa.ExportParameters(includePrivateParameters: false), () => Local(data => ecdsa.SignData(data.Span, HashAlgorithmName.SHA256)));

    public static KeyMaterial FromSigner(RSAParameters publicKey, SigningAlgorithm algorithm, SignatureFactory sign) =>
        FromRsa(new RSAParameters { Modulus = publicKey.Modulus, Exponent = publicKey.Exponent }, algorithm, () => sign);

    public static KeyMaterial FromSigner(ECParameters publicKey, SignatureFactory sign) =>
        FromECDsa(new ECParameters { Curve = publicKey.Curve, Q = publicKey.Q }, () => sign);

    public ValueTask<byte[]> SignAsync(byte[] data, CancellationToken cancellationToken) => _sign(data, cancellationToken);

    private static KeyMaterial FromRsa(RSAParameters key, SigningAlgorithm algorithm, Func<SignatureFactory> sign)
    {
        if (algorithm is not (SigningAlgorithm.RS256 or SigningAlgorithm.PS256))
        {
            throw new ArgumentException($"An RSA key signs with RS256 or PS256, not {algorithm}.", nameof(algorithm));
        }

        if (key.Modulus is null || key.Exponent is null)
        {
            throw new ArgumentException("An RSA key needs a modulus and an exponent.", nameof(key));
        }

        if (key.Modulus.Length * 8 < MinRsaBits)
        {
            throw new ArgumentException($"The RSA key has {key.Modulus.Length * 8} bits; at least {MinRsaBits} are needed.", nameof(key));
        }

        var (exponent, modulus) = (Base64Url.EncodeToString(key.Exponent), Base64Url.EncodeToString(key.Modulus));
        return new KeyMaterial(algorithm, new RsaSecurityKey(key), $"\"e\":\"{exponent}\",\"kty\":\"RSA\",\"n\":\"{modulus}\"", sign());
    }

    private static KeyMaterial FromECDsa(ECParameters key, Func<SignatureFactory> sign)
    {
        if (key.Curve.Oid?.Value is not P256 && key.Curve.Oid?.FriendlyName is not ("nistP256" or "ECDSA_P256"))
        {
            throw new ArgumentException($"The EC key is on {key.Curve.Oid?.FriendlyName ?? "an unnamed curve"}; P-256 is needed.", nameof(key));
        }

        if (key.Q.X is null || key.Q.Y is null)
        {
            throw new ArgumentException("An EC key needs its point.", nameof(key));
        }

        var (x, y) = (Base64Url.EncodeToString(key.Q.X), Base64Url.EncodeToString(key.Q.Y));
#pragma warning disable CA2000 // It lives as long as somebody refers to the key.
        var validationKey = new ECDsaSecurityKey(ECDsa.Create(key));
#pragma warning restore CA2000
        return new KeyMaterial(SigningAlgorithm.ES256, validationKey, $"\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{x}\",\"y\":\"{y}\"", sign());
    }

    /// <summary>The key signs itself, with no lock around it.</summary>
    private static SignatureFactory Local(Func<ReadOnlyMemory<byte>, byte[]> sign)
    {
        try
        {
            sign(default);
        }
        catch (CryptographicException fault)
        {
            throw new ArgumentException("The key can't sign: it has no private part, or it is not for signatures.", nameof(sign), fault);
        }

        return (data, _) => new(sign(data));
    }
}
