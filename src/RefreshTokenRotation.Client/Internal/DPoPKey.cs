using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RefreshTokenRotation.Client;

/// <summary>The key of a session, and its proofs (RFC 9449, section 4.2).</summary>
internal sealed class DPoPKey
{
    private readonly Lock _lock = new();
    private readonly ECDsa _key;
    private readonly ECParameters _public;

    private DPoPKey(ECDsa key) => (_key, _public) = (key, key.ExportParameters(includePrivateParameters: false));

    public static byte[] Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    public static DPoPKey? ImportOrNull(byte[]? pkcs8) => pkcs8 is null ? null : Import(pkcs8);

    /// <summary>Reads a private key.</summary>
    /// <exception cref="CryptographicException">These are no bytes of a P-256 key.</exception>
    public static DPoPKey Import(ReadOnlySpan<byte> pkcs8)
    {
#pragma warning disable CA2000 // the result owns it
        var key = ECDsa.Create();
#pragma warning restore CA2000
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key.KeySize == 256 ? new DPoPKey(key) : throw new CryptographicException("The key is not on the curve P-256.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>A proof for one request; it works once.</summary>
    public string Prove(HttpMethod method, Uri address, DateTimeOffset now, string? nonce, string? accessToken)
    {
        var input = Jws.SigningInput(
            header =>
            {
                header.WriteString("typ", "dpop+jwt");
                header.WriteString("alg", "ES256");
                header.WriteStartObject("jwk");
                header.WriteString("kty", "EC");
                header.WriteString("crv", "P-256");
                header.WriteString("x", Base64Url.EncodeToString(_public.Q.X));
                header.WriteString("y", Base64Url.EncodeToString(_public.Q.Y));
                header.WriteEndObject();
            },
            payload => WritePayload(payload, method, address, now, nonce, accessToken));
        lock (_lock)
        {
            return Jws.Join(input, _key.SignData(Jws.Bytes(input), HashAlgorithmName.SHA256));
        }
    }

    private static void WritePayload(Utf8JsonWriter payload, HttpMethod method, Uri address, DateTimeOffset now, string? nonce, string? accessToken)
    {
        payload.WriteString("jti", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
        payload.WriteString("htm", method.Method);
        payload.WriteString("htu", address.GetLeftPart(UriPartial.Path));
        payload.WriteNumber("iat", now.ToUnixTimeSeconds());
        if (nonce is not null)
        {
            payload.WriteString("nonce", nonce);
        }

        if (accessToken is not null)
        {
            payload.WriteString("ath", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken))));
        }
    }
}
