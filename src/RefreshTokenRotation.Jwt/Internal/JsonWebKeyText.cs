using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>A public key as JSON: its thumbprint (RFC 7638) and its JSON Web Key (RFC 7517).</summary>
/// <remarks>Every value is base64url or a fixed word, so that nothing needs escaping.</remarks>
internal sealed class JsonWebKeyText
{
    private readonly string _required;

    // The required members alone, in the order of their names, without white space (RFC 7638 section 3.2).
    private JsonWebKeyText(string required)
    {
        _required = required;
        KeyId = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"{{{required}}}")));
    }

    public string KeyId { get; }

    public static JsonWebKeyText Of(RSAParameters key) =>
        new($"\"e\":\"{Base64Url.EncodeToString(key.Exponent)}\",\"kty\":\"RSA\",\"n\":\"{Base64Url.EncodeToString(key.Modulus)}\"");

    public static JsonWebKeyText Of(ECParameters key) =>
        new($"\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{Base64Url.EncodeToString(key.Q.X)}\",\"y\":\"{Base64Url.EncodeToString(key.Q.Y)}\"");

    public string Render(SigningAlgorithm algorithm) =>
        $"{{{_required},\"use\":\"sig\",\"alg\":\"{algorithm}\",\"kid\":\"{KeyId}\"}}";
}
