namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The id of a refresh token, and of a device credential, is its family's: it stays through rotations.</summary>
internal static class RefreshTokenId
{
    public const string Malformed = "must be the id of a refresh token: 32 hexadecimal digits";

    public static bool TryParse(string? text, out Guid id) => Guid.TryParseExact(text, "N", out id) || Guid.TryParseExact(text, "D", out id);

    public static string Write(Guid id) => id.ToString("N");
}
