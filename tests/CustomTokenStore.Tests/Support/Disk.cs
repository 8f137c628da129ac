using CustomTokenStore.Store;
using RefreshTokenRotation;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace CustomTokenStore.Tests.Support;

/// <summary>A journal in a folder of its own.</summary>
internal sealed class Disk : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private int _rows;

    public string Root => _folder.Root;

    public string Path => _folder.PathOf("tokens.journal");

    public JournalTokenStore Open(long smallFile = long.MaxValue) => new(new JournalOptions(Path) { SmallFile = smallFile });

    public TokenFamily NewFamily(string subject = "alice") => new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = NewOpaque(),
            FamilyId = new Guid(++_rows, 0, 0, new byte[8]),
            TenantId = "t",
            Subject = subject,
            ClientId = "app",
            CreatedAt = Now.AddTicks(_rows),
        },
        Version = 1,
        RotationType = RotationType.Rotating,
        Generation = 0,
        SecretHash = NewOpaque(),
    };

    public TokenFamily Next(TokenFamily family) => family with { Version = family.Version + 1, Generation = family.Generation + 1, SecretHash = NewOpaque() };

    public static async Task<IReadOnlyList<TokenFamily>> ListAsync(ITokenStore store, string tenantId = "t") =>
        await store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForTenant(tenantId), null, int.MaxValue, Now), default);

    /// <summary>Kills nothing: opens a copy of the file as it is, or as it would be with other bytes.</summary>
    public async Task<IReadOnlyList<(Guid FamilyId, long Version)>> ReadAsync(byte[]? bytes = null)
    {
        var copy = _folder.PathOf("copy.journal");
        await File.WriteAllBytesAsync(copy, bytes ?? await File.ReadAllBytesAsync(Path));
        using var store = new JournalTokenStore(new JournalOptions(copy));
        return Versions(await ListAsync(store));
    }

    public static IReadOnlyList<(Guid FamilyId, long Version)> Versions(IEnumerable<TokenFamily> families) =>
        [.. families.Select(family => (family.Grant.FamilyId, family.Version))];

    public void Dispose() => _folder.Dispose();

    private Opaque256 NewOpaque() => new([.. BitConverter.GetBytes(++_rows), .. new byte[Opaque256.Size - sizeof(int)]]);
}
