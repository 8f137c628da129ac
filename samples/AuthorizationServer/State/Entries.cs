using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuthorizationServer.State;

/// <summary>Entries of one kind, found by a secret such as a code or a cookie. The store holds only the secret's hash, so somebody who reads the database
/// can present neither.</summary>
internal sealed class Entries<T>(IStateStore store, TimeProvider time, string kind)
    where T : class
{
    public async ValueTask<Entry<T>?> FindAsync(string secret, CancellationToken cancellationToken) =>
        await store.FindAsync(Key(secret), cancellationToken) is { } stored
            ? new Entry<T>(JsonSerializer.Deserialize<T>(stored)!, stored)
            : null;

    public ValueTask<bool> AddAsync(string secret, T value, TimeSpan lifetime, CancellationToken cancellationToken) =>
        store.AddAsync(Key(secret), JsonSerializer.Serialize(value), time.GetUtcNow() + lifetime, cancellationToken);

    public ValueTask<bool> SwapAsync(string secret, Entry<T> expected, T value, TimeSpan lifetime, CancellationToken cancellationToken) =>
        store.SwapAsync(Key(secret), expected.Stored, JsonSerializer.Serialize(value), time.GetUtcNow() + lifetime, cancellationToken);

    public ValueTask<bool> RemoveAsync(string secret, CancellationToken cancellationToken) => store.RemoveAsync(Key(secret), cancellationToken);

    private string Key(string secret) => $"{kind}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))}";
}
