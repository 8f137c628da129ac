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

    /// <summary>PKCS#8 tells the kind inside only.</summary>
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
