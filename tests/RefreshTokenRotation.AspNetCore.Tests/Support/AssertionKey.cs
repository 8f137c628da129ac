using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>A client's signing key: it makes assertions, right ones and wrong ones, and its public half as a JSON Web Key.</summary>
internal sealed class AssertionKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private AssertionKey(AsymmetricAlgorithm key, string algorithm, string? keyId)
    {
        _key = key;
        Algorithm = algorithm;
        KeyId = keyId;
    }

    public string Algorithm { get; }

    public string? KeyId { get; }

    public static AssertionKey Create(string algorithm, string? keyId = "k1", int rsaKeySize = 2048) =>
        new(algorithm == "ES256" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(rsaKeySize), algorithm, keyId);

    /// <summary>The members of an assertion that is right in every way.</summary>
    public static JsonObject Claims(string client, string audience, DateTimeOffset now, string? id = null) => new()
    {
        ["iss"] = client,
        ["sub"] = client,
        ["aud"] = audience,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(1).ToUnixTimeSeconds(),
        ["jti"] = id ?? Guid.NewGuid().ToString("N"),
    };

    public JsonObject PublicKey(string? use = null, string? algorithm = null)
    {
        var jwk = new JsonObject();
        if (_key is RSA rsa)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", Base64Url.EncodeToString(numbers.Modulus), Base64Url.EncodeToString(numbers.Exponent));
        }
        else
        {
            var point = ((ECDsa)_key).ExportParameters(includePrivateParameters: false).Q;
            (jwk["kty"], jwk["crv"], jwk["x"], jwk["y"]) = ("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        }

        foreach (var (name, value) in new[] { ("kid", KeyId), ("use", use), ("alg", algorithm) }.Where(member => member.Item2 is not null))
        {
            jwk[name] = value;
        }

        return jwk;
    }

    public string PublicKeySet(params JsonObject[] others) =>
        new JsonObject { ["keys"] = new JsonArray([PublicKey(), .. others]) }.ToJsonString();

    public string Pkcs8() => _key.ExportPkcs8PrivateKeyPem();

    public JsonObject Header() => KeyId is null ? new() { ["alg"] = Algorithm, ["typ"] = "JWT" } : new() { ["alg"] = Algorithm, ["typ"] = "JWT", ["kid"] = KeyId };

    public string Sign(JsonObject claims, JsonObject? header = null) => Sign((header ?? Header()).ToJsonString(), claims.ToJsonString());

    public string Sign(string header, string claims)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var algorithm = JsonDocument.Parse(header).RootElement.GetProperty("alg").GetString();
        var signature = _key switch
        {
            RSA rsa => rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            _ => ((ECDsa)_key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Signs what may be no JSON at all, by the key's own algorithm.</summary>
    public string SignBytes(string header, string claims)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(((ECDsa)_key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public void Dispose() => _key.Dispose();
}
