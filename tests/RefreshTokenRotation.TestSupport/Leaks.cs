using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Every form in which a secret could show itself, and the search for them in texts.</summary>
internal sealed class Leaks
{
    private readonly ConcurrentDictionary<string, string> _needles = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _needles.Count;

    /// <summary>The token, its secret and its selector, and the hashes of both.</summary>
    public void Know(RefreshToken token)
    {
        var text = token.Reveal();
        var bytes = Base64Url.DecodeFromChars(text.AsSpan(text.Length - 76));
        _needles[text[^76..]] = "a token";
        _needles[text[^76..][12..60]] = "the middle of a token";
        Know(bytes[5..37], "a secret");
        Know(bytes[37..53], "a selector");
        Know(SHA256.HashData(bytes[5..37]), "the hash of a secret");
        Know(SHA256.HashData(bytes[37..53]), "a lookup key");
    }

    public void Know(TokenFamily row)
    {
        Know(row.SecretHash.ToArray(), "a stored hash");
        Know(row.Grant.LookupKey.ToArray(), "a stored lookup key");
        if (row.Salt is { } salt)
        {
            Know(salt.ToArray(), "a salt");
        }

        if (row.Trail is { } trail)
        {
            Know(trail.ToArray(), "a trail");
        }
    }

    public void Know(string text, string name) => _needles[text] = name;

    /// <summary>What a text shows, by name; empty if nothing.</summary>
    public IEnumerable<string> In(string text) =>
        _needles.Where(needle => text.Contains(needle.Key, StringComparison.OrdinalIgnoreCase)).Select(needle => $"{needle.Value} in: {text}");

    private void Know(byte[] bytes, string name)
    {
        _needles[Convert.ToHexString(bytes)] = $"{name} in hex";
        _needles[BitConverter.ToString(bytes)] = $"{name} in hex with dashes";
        _needles[Convert.ToBase64String(bytes).TrimEnd('=')] = $"{name} in base64";
        _needles[Base64Url.EncodeToString(bytes)] = $"{name} in base64url";
        _needles[string.Join(", ", bytes)] = $"{name} as numbers";
        _needles[string.Join(",", bytes)] = $"{name} as JSON numbers";
    }
}
