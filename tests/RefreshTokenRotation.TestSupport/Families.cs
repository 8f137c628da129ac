using System.Buffers.Binary;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Makes families. Each is another one; times count from the start of the fake clock.</summary>
internal static class Families
{
    private static int _count;

    public static DateTimeOffset Now => RefreshTokenRotation.Tests.Support.FakeTime.Start;

    public static TokenFamily Create(
        string subject = "alice", string client = "spa", string tenant = "", TimeSpan age = default, Func<FamilyGrant, FamilyGrant>? grant = null)
    {
        var number = Interlocked.Increment(ref _count);
        var created = new FamilyGrant
        {
            LookupKey = Opaque(number),
            FamilyId = Guid.NewGuid(),
            TenantId = tenant,
            Subject = subject,
            ClientId = client,
            CreatedAt = Now - age,
        };
        return new TokenFamily
        {
            Grant = grant?.Invoke(created) ?? created,
            Version = 1,
            RotationType = RotationType.Rotating,
            Generation = 0,
            SecretHash = Opaque(number),
        };
    }

    /// <summary>The row after one rotation.</summary>
    public static TokenFamily Rotated(TokenFamily family, DateTimeOffset? at = null) => family with
    {
        Version = family.Version + 1,
        Generation = family.Generation + 1,
        SecretHash = Opaque(Interlocked.Increment(ref _count)),
        RotatedAt = at ?? Now,
        LastUsedAt = at ?? Now,
    };

    public static Opaque256 Opaque(int number)
    {
        Span<byte> bytes = stackalloc byte[Opaque256.Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        bytes[^1] = (byte)~number;
        return new Opaque256(bytes);
    }

    public static ValueTask<IReadOnlyList<TokenFamily>> AddAsync(this ITokenStore store, TokenFamily family, int cap = 200) =>
        store.AddAsync(family, cap, Now, CancellationToken.None);

    public static ValueTask<TokenFamily?> FindAsync(this ITokenStore store, TokenFamily family) =>
        store.FindAsync(family.Grant.LookupKey, CancellationToken.None);

    public static ValueTask<bool> SwapAsync(this ITokenStore store, TokenFamily next) =>
        store.CompareAndSwapAsync(next, next.Version - 1, CancellationToken.None);

    public static ValueTask<long> RevokeAsync(this ITokenStore store, TokenFamilyFilter filter, bool delete = false) =>
        store.RevokeAsync(filter, new FamilyRevocation(Now, RevocationReason.User, Now, delete), CancellationToken.None);
}
