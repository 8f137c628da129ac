using System.Security.Cryptography;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Rows for tests of stores. Each call gives a new family unless an id is named.</summary>
internal static class Rows
{
    private static int _last;

    public static TokenFamily New(
        string subject = "alice",
        string client = "spa",
        string tenant = "",
        string? session = null,
        DateTimeOffset? createdAt = null,
        int? id = null,
        string? authorization = null,
        params string[] resources)
    {
        var number = id ?? Interlocked.Increment(ref _last);
        return new TokenFamily
        {
            Grant = new FamilyGrant
            {
                LookupKey = Key(number),
                FamilyId = Id(number),
                TenantId = tenant,
                Subject = subject,
                ClientId = client,
                SessionId = session,
                AuthorizationId = authorization,
                Resources = resources,
                CreatedAt = createdAt ?? FakeTime.Start,
            },
            Version = 1,
            RotationType = RotationType.Rotating,
            Generation = 0,
            SecretHash = Key(-number),
        };
    }

    public static Opaque256 Key(int number) => new(SHA256.HashData(BitConverter.GetBytes(number)));

    public static Guid Id(int number) => new(SHA256.HashData(BitConverter.GetBytes(number ^ 0x5555_5555)).AsSpan(0, 16));

    /// <summary>The row as a rotation would leave it.</summary>
    public static TokenFamily Rotated(this TokenFamily family, DateTimeOffset at) => family with
    {
        Version = family.Version + 1,
        Generation = family.Generation + 1,
        SecretHash = Key((int)family.Version * 7919),
        Salt = Key((int)family.Version * 7907),
        RotatedAt = at,
    };

    public static async Task<IReadOnlyList<TokenFamily>> AddAsync(this ITokenStore store, TokenFamily family, int cap = 1_000_000, DateTimeOffset? now = null) =>
        await store.AddAsync(family, cap, now ?? FakeTime.Start, CancellationToken.None);

    public static async Task AddAllAsync(this ITokenStore store, params TokenFamily[] families)
    {
        foreach (var family in families)
        {
            await store.AddAsync(family);
        }
    }

    public static async Task<TokenFamily?> FindAsync(this ITokenStore store, TokenFamily family) =>
        await store.FindAsync(family.Grant.LookupKey, CancellationToken.None);

    public static async Task<bool> SwapAsync(this ITokenStore store, TokenFamily next) =>
        await store.CompareAndSwapAsync(next, next.Version - 1, CancellationToken.None);

    public static async Task<long> RevokeAsync(
        this ITokenStore store, TokenFamilyFilter filter, bool delete = false, DateTimeOffset? now = null,
        RevocationReason reason = RevocationReason.Administrator) =>
        await store.RevokeAsync(
            filter, new FamilyRevocation(now ?? FakeTime.Start, reason, now ?? FakeTime.Start, delete), CancellationToken.None);

    public static async Task<IReadOnlyList<TokenFamily>> ListAsync(
        this ITokenStore store, TokenFamilyFilter filter, TokenFamilyCursor? after = null, int limit = 1000, DateTimeOffset? now = null) =>
        await store.ListAsync(new TokenFamilyQuery(filter, after, limit, now ?? FakeTime.Start), CancellationToken.None);

    public static async Task<int> PruneAsync(this ITokenStore store, DateTimeOffset endedBefore, int limit = 1000) =>
        await store.PruneAsync(endedBefore, limit, CancellationToken.None);

    public static TokenFamilyCursor Place(this TokenFamily family) => new(family.Grant.CreatedAt, family.Grant.FamilyId);
}
