using System.Security.Cryptography;

namespace RefreshTokenRotation.Jwt.Tests.Snippets;

/// <summary>A key management service of a host.</summary>
internal interface IVault
{
    ValueTask<(ECParameters PublicKey, DateTimeOffset ActivatesAt)> GetKeyAsync(string name, CancellationToken cancellationToken);

    ValueTask<byte[]> SignAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}

// snippet: vault
internal sealed class VaultKeys(IVault vault) : ISigningKeySource
{
    public async ValueTask<IReadOnlyList<SigningKey>> GetKeysAsync(CancellationToken cancellationToken)
    {
        var (publicKey, activatesAt) = await vault.GetKeyAsync("tokens", cancellationToken);
        var key = SigningKey.FromSigner(publicKey, (data, cancel) => vault.SignAsync("tokens", data, cancel));
        return [key with { ActivatesAt = activatesAt }];
    }
}
// end-snippet
