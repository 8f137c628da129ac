using System.Security.Cryptography;
using AuthorizationServer.State;
using RefreshTokenRotation.Jwt;

namespace AuthorizationServer.Setup;

/// <summary>The key that signs tokens, kept in the state store, so that it survives a restart and every instance has the same one. A real server
/// keeps its key apart from other data: in a vault, a hardware module, or a folder that only the server may read.</summary>
internal sealed class StoredSigningKey(IStateStore state, TimeProvider time) : ISigningKeySource
{
    private const string Key = "signing_key";

    public async ValueTask<IReadOnlyList<SigningKey>> GetKeysAsync(CancellationToken cancellationToken)
    {
        if (await state.FindAsync(Key, cancellationToken) is not { } pem)
        {
            // If several instances start together, all use the first one's key.
            using var created = RSA.Create(2048);
            await state.AddAsync(Key, created.ExportPkcs8PrivateKeyPem(), time.GetUtcNow().AddYears(100), cancellationToken);
            pem = await state.FindAsync(Key, cancellationToken) ?? throw new InvalidOperationException("The signing key was not stored.");
        }

        return [SigningKey.FromPem(pem)];
    }
}
