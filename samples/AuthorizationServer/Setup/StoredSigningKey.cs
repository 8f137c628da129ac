using System.Security.Cryptography;
using AuthorizationServer.State;
using RefreshTokenRotation.Jwt;

namespace AuthorizationServer.Setup;

/// <summary>The key that signs tokens, kept in the state store: it outlives a restart, and every instance has the same one. A real server
/// keeps its key where it does not lie readable beside other data: in a vault, a hardware module, or a folder that only the server may read.</summary>
internal sealed class StoredSigningKey(IStateStore state, TimeProvider time) : ISigningKeySource
{
    private const string Key = "signing_key";

    public async ValueTask<IReadOnlyList<SigningKey>> GetKeysAsync(CancellationToken cancellationToken)
    {
        if (await state.FindAsync(Key, cancellationToken) is not { } pem)
        {
            // Of instances that start together, the first one's key is everybody's.
            using var created = RSA.Create(2048);
            await state.AddAsync(Key, created.ExportPkcs8PrivateKeyPem(), time.GetUtcNow().AddYears(100), cancellationToken);
            pem = await state.FindAsync(Key, cancellationToken) ?? throw new InvalidOperationException("The signing key was not kept.");
        }

        return [SigningKey.FromPem(pem)];
    }
}
