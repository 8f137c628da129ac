using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Testing.Tests.Support;

/// <summary>Rows that no engine made.</summary>
internal static class Rows
{
    public static TokenFamily Create(byte number, DateTimeOffset now) => new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = Opaque(number),
            FamilyId = new Guid(number, 0, 0, new byte[8]),
            TenantId = string.Empty,
            Subject = "alice",
            ClientId = "web",
            CreatedAt = now,
        },
        Version = 1,
        RotationType = RotationType.Rotating,
        Generation = 0,
        SecretHash = Opaque((byte)(number + 100)),
    };

    private static Opaque256 Opaque(byte value)
    {
        var bytes = new byte[Opaque256.Size];
        Array.Fill(bytes, value);
        return new Opaque256(bytes);
    }
}
