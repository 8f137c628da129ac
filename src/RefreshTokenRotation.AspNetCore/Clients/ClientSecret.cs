using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Makes secrets of confidential clients, and the form in which they are kept.</summary>
public static class ClientSecret
{
    internal const string HashPrefix = "sha256:";
    internal const int HashLength = 7 + 43;

    /// <summary>Makes a secret of 256 random bits. Show it once, and keep <see cref="Hash"/> of it.</summary>
    /// <returns>43 characters of base64url.</returns>
    public static string Generate() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The form that is kept. It protects generated secrets; a secret that a person made up can be guessed from it.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>SHA-256 of its UTF-8 form, as <c>sha256:</c> and base64url.</returns>
    /// <exception cref="ArgumentException">The secret is empty.</exception>
    public static string Hash(string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        return HashPrefix + System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
    }
}
