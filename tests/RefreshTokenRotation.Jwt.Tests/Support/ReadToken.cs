using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RefreshTokenRotation.Jwt.Tests.Support;

/// <summary>A token as a stranger reads it: with nothing but JSON and the framework's keys.</summary>
internal sealed class ReadToken
{
    private readonly string[] _parts;

    public ReadToken(string token)
    {
        Text = token;
        _parts = token.Split('.');
        _parts.Should().HaveCount(3);
        Header = Json(_parts[0]);
        Claims = Json(_parts[1]);
    }

    public string Text { get; }

    public JsonElement Header { get; }

    public JsonElement Claims { get; }

    public string HeaderText => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(_parts[0]));

    public string PayloadText => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(_parts[1]));

    public IEnumerable<string> ClaimNames => Claims.EnumerateObject().Select(claim => claim.Name);

    public string? this[string claim] => Claims.TryGetProperty(claim, out var value) ? value.ToString() : null;

    public bool Has(string claim) => Claims.TryGetProperty(claim, out _);

    /// <summary>Whether the key of the set that the header names has signed the token, by the algorithm that the set names.</summary>
    public bool IsSignedByKeyOf(string keySet)
    {
        using var document = JsonDocument.Parse(keySet);
        var key = document.RootElement.GetProperty("keys").EnumerateArray()
            .Single(key => key.GetProperty("kid").GetString() == Header.GetProperty("kid").GetString());
        var algorithm = key.GetProperty("alg").GetString();
        Header.GetProperty("alg").GetString().Should().Be(algorithm);
        var data = Encoding.ASCII.GetBytes($"{_parts[0]}.{_parts[1]}");
        var signature = Base64Url.DecodeFromChars(_parts[2]);
        if (key.GetProperty("kty").GetString() == "EC")
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
            });
            return ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        return rsa.VerifyData(
            data, signature, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());

    private static JsonElement Json(string segment) => JsonDocument.Parse(Base64Url.DecodeFromChars(segment)).RootElement;
}
