using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace RefreshTokenRotation.Client;

/// <summary>Encrypts what a store keeps, bound to its session, so that one session's bytes are worth nothing in another's place.</summary>
internal abstract class SessionProtection
{
    public static SessionProtection None { get; } = new Plain();

    public abstract byte[] Protect(TokenSessionKey key, byte[] data);

    /// <summary>Decrypts.</summary>
    /// <exception cref="CryptographicException">The bytes were encrypted with another key, for another session, or changed.</exception>
    public abstract byte[] Unprotect(TokenSessionKey key, byte[] data);

    public static SessionProtection ByKey(ReadOnlySpan<byte> key) => new Aes256(key.ToArray());

    public static SessionProtection ByDataProtection(IDataProtectionProvider provider) => new HostProtection(provider);

    private sealed class Plain : SessionProtection
    {
        public override byte[] Protect(TokenSessionKey key, byte[] data) => data;

        public override byte[] Unprotect(TokenSessionKey key, byte[] data) => data;
    }

    private sealed class HostProtection(IDataProtectionProvider provider) : SessionProtection
    {
        public override byte[] Protect(TokenSessionKey key, byte[] data) => Protector(key).Protect(data);

        public override byte[] Unprotect(TokenSessionKey key, byte[] data) => Protector(key).Unprotect(data);

        private IDataProtector Protector(TokenSessionKey key) =>
            provider.CreateProtector("RefreshTokenRotation.Client", key.ClientName, key.SessionId);
    }

    /// <summary>A format byte, 12 bytes of nonce, 16 of tag, the ciphertext (AES-256-GCM). Random nonces suffice for 2^32 writes with one key.</summary>
    private sealed class Aes256(byte[] encryptionKey) : SessionProtection
    {
        private const byte Format = 1;
        private const int NonceSize = 12;
        private const int TagSize = 16;
        private const int Overhead = 1 + NonceSize + TagSize;

        public override byte[] Protect(TokenSessionKey key, byte[] data)
        {
            var output = new byte[Overhead + data.Length];
            output[0] = Format;
            RandomNumberGenerator.Fill(output.AsSpan(1, NonceSize));
            using var aes = new AesGcm(encryptionKey, TagSize);
            aes.Encrypt(output.AsSpan(1, NonceSize), data, output.AsSpan(Overhead), output.AsSpan(1 + NonceSize, TagSize), AssociatedData(key));
            return output;
        }

        public override byte[] Unprotect(TokenSessionKey key, byte[] data)
        {
            if (data.Length < Overhead || data[0] != Format)
            {
                throw new CryptographicException("The session has an unknown format.");
            }

            var output = new byte[data.Length - Overhead];
            using var aes = new AesGcm(encryptionKey, TagSize);
            aes.Decrypt(data.AsSpan(1, NonceSize), data.AsSpan(Overhead), data.AsSpan(1 + NonceSize, TagSize), output, AssociatedData(key));
            return output;
        }

        private static byte[] AssociatedData(TokenSessionKey key) => Encoding.UTF8.GetBytes($"{key.ClientName.Length}:{key.ClientName}{key.SessionId}");
    }
}
