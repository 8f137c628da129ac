using System.Globalization;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>A private key in PEM form, with lines above it that say what it is for.</summary>
internal static class PemKey
{
    public static SigningKey Read(string pem, string? password)
    {
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw new ArgumentException("The text has no PEM block.", nameof(pem));
        }

        var attributes = PemAttributes.Read(pem.AsSpan(0, fields.Location.Start.GetOffset(pem.Length)));
        try
        {
            return Import(pem[fields.Location], pem.AsSpan()[fields.Label], password, attributes.Algorithm) with
            {
                ActivatesAt = attributes.ActivatesAt,
                RetiresAt = attributes.RetiresAt,
                ValidUntil = attributes.ValidUntil,
            };
        }
        catch (CryptographicException fault)
        {
            throw new ArgumentException("The text has no readable private key, or the password is wrong.", nameof(pem), fault);
        }
    }

    public static SigningKey ReadFile(string path, string pem, string? password)
    {
        try
        {
            return Read(pem, password);
        }
        catch (ArgumentException fault)
        {
            throw new ArgumentException($"The key file '{path}' can't be used. {fault.Message}", nameof(path), fault);
        }
    }

    private static SigningKey Import(string block, ReadOnlySpan<char> label, string? password, SigningAlgorithm? algorithm) => label switch
    {
        "RSA PRIVATE KEY" => Rsa(block, null, algorithm),
        "EC PRIVATE KEY" => EC(block, null, algorithm),
        "ENCRYPTED PRIVATE KEY" when password is null => throw new ArgumentException("The key is encrypted, but no password was given.", nameof(block)),
        "ENCRYPTED PRIVATE KEY" => EitherKind(block, password, algorithm),
        "PRIVATE KEY" => EitherKind(block, null, algorithm),
        _ => throw new ArgumentException("The PEM block is not a private key.", nameof(block)),
    };

    /// <summary>PKCS#8 names the kind of key only inside.</summary>
    private static SigningKey EitherKind(string block, string? password, SigningAlgorithm? algorithm)
    {
        try
        {
            return Rsa(block, password, algorithm);
        }
        catch (CryptographicException)
        {
            return EC(block, password, algorithm);
        }
    }

#pragma warning disable CA2000 // What is not disposed lives as long as somebody refers to the key.
    private static SigningKey Rsa(string block, string? password, SigningAlgorithm? algorithm) =>
        Import(RSA.Create(), block, password, key => SigningKey.FromRsa(key, algorithm ?? SigningAlgorithm.RS256));

    private static SigningKey EC(string block, string? password, SigningAlgorithm? algorithm) => algorithm is null or SigningAlgorithm.ES256
        ? Import(ECDsa.Create(), block, password, SigningKey.FromECDsa)
        : throw new ArgumentException($"An EC key signs with ES256, not {algorithm}.", nameof(algorithm));
#pragma warning restore CA2000

    private static SigningKey Import<T>(T key, string block, string? password, Func<T, SigningKey> make)
        where T : AsymmetricAlgorithm
    {
        try
        {
            if (password is null)
            {
                key.ImportFromPem(block);
            }
            else
            {
                key.ImportFromEncryptedPem(block, password);
            }

            return make(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}

/// <summary>The lines above a PEM block, which every other reader of PEM skips (RFC 7468 section 5.2).</summary>
/// <remarks>Lines without one of the names are comments. A value that can't be read is refused: a time that is ignored would be worse.</remarks>
internal sealed record PemAttributes(SigningAlgorithm? Algorithm, DateTimeOffset? ActivatesAt, DateTimeOffset? RetiresAt, DateTimeOffset? ValidUntil)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static PemAttributes Read(ReadOnlySpan<char> lines)
    {
        var read = new PemAttributes(null, null, null, null);
        foreach (var line in lines.EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon < 0)
            {
                continue;
            }

            var value = line[(colon + 1)..].Trim();
            read = line[..colon].Trim() switch
            {
                "Algorithm" => read with { Algorithm = ReadAlgorithm(value) },
                "Activates" => read with { ActivatesAt = ReadTime("Activates", value) },
                "Retires" => read with { RetiresAt = ReadTime("Retires", value) },
                "Valid-Until" => read with { ValidUntil = ReadTime("Valid-Until", value) },
                _ => read,
            };
        }

        return read;
    }

    private static SigningAlgorithm ReadAlgorithm(ReadOnlySpan<char> value) => value switch
    {
        nameof(SigningAlgorithm.RS256) => SigningAlgorithm.RS256,
        nameof(SigningAlgorithm.PS256) => SigningAlgorithm.PS256,
        nameof(SigningAlgorithm.ES256) => SigningAlgorithm.ES256,
        _ => throw new ArgumentException("The line 'Algorithm' must be RS256, PS256 or ES256.", nameof(value)),
    };

    private static DateTimeOffset ReadTime(string name, ReadOnlySpan<char> value) =>
        DateTimeOffset.TryParseExact(value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new ArgumentException($"The line '{name}' must contain a time such as 2026-01-31T00:00:00Z.", nameof(value));
}
