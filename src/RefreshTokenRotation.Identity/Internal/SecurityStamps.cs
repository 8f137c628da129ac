using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>A family remembers a hash of the security stamp that its user logged in with. The stamp itself seeds one-time codes, and stays with the user.</summary>
internal static class SecurityStamps
{
    private const string Key = "identity_stamp";

    public static IReadOnlyDictionary<string, string>? ToMetadata(string? stamp) =>
        stamp is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = Hash(stamp) };

    public static bool IsSame(TokenFamilyInfo family, string stamp) => family.Metadata.TryGetValue(Key, out var hash) && hash == Hash(stamp);

    private static string Hash(string stamp) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(stamp)));
}
