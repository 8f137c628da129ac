using System.Security.Cryptography;
using CustomTokenStore.Store;
using RefreshTokenRotation;
using RefreshTokenRotation.Storage;

namespace CustomTokenStore;

/// <summary>Writes until it is killed, and prints each write that has returned. Started again, it prints what the journal holds.</summary>
internal static class EndlessWriter
{
    public static async Task RunAsync(string path, int writers)
    {
        using var store = new JournalTokenStore(new JournalOptions(path) { SmallFile = 64 * 1024 });
        var query = new TokenFamilyQuery(TokenFamilyFilter.ForTenant(string.Empty), null, int.MaxValue, DateTimeOffset.UnixEpoch);
        foreach (var family in await store.ListAsync(query, default))
        {
            Console.WriteLine($"there {family.Grant.FamilyId:N} {family.Version}");
        }

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(() => WriteAsync(store))));
    }

    private static async Task WriteAsync(JournalTokenStore store)
    {
        while (true)
        {
            var family = NewFamily();
            await store.AddAsync(family, int.MaxValue, DateTimeOffset.UnixEpoch, default);
            Tell(family);
            for (var i = 0; i < 20; i++)
            {
                family = family with { Version = family.Version + 1, Generation = family.Generation + 1, SecretHash = NewOpaque() };
                await store.CompareAndSwapAsync(family, family.Version - 1, default);
                Tell(family);
            }
        }
    }

    private static void Tell(TokenFamily family) => Console.WriteLine($"answered {family.Grant.FamilyId:N} {family.Version}");

    private static TokenFamily NewFamily() => new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = NewOpaque(),
            FamilyId = Guid.NewGuid(),
            TenantId = string.Empty,
            Subject = "alice",
            ClientId = "app",
            CreatedAt = DateTimeOffset.UnixEpoch,
        },
        Version = 1,
        RotationType = RotationType.Rotating,
        Generation = 0,
        SecretHash = NewOpaque(),
    };

    private static Opaque256 NewOpaque() => new(RandomNumberGenerator.GetBytes(Opaque256.Size));
}
