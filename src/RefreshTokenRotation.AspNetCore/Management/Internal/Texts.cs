namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The bounds of single texts.</summary>
internal static class Texts
{
    /// <summary>What an identifier must be.</summary>
    public const string Identifier = "a text of 1 to 255 characters without control characters";

    private const int MostShown = 40;

    /// <summary>The bound as messages name it.</summary>
    public static string Bound(int maxLength) => $"must be a text of 1 to {maxLength} characters without control characters";

    /// <summary>What is wrong with a text that may be missing, or null.</summary>
    public static string? Check(string name, string? value, int maxLength) => value is null || IsFit(value, maxLength) ? null : $"{name} {Bound(maxLength)}.";

    /// <summary>Whether the library takes it as an identifier: no control character, no half of a surrogate pair.</summary>
    public static bool IsFit(string value, int maxLength)
    {
        if (value.Length == 0 || value.Length > maxLength)
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]) || (char.IsSurrogate(value[i]) && !char.IsSurrogatePair(value, i++)))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsIdentifier(string value) => IsFit(value, RequestLimits.IdentifierLength);

    /// <summary>What a caller sent, as far as a message shows it.</summary>
    public static string Shown(string value) => value.Length <= MostShown ? value : value[..MostShown] + "…";
}

/// <summary>The id of a refresh token, and of a device credential, is its family's: it stays through rotations.</summary>
internal static class FamilyIds
{
    public const string Malformed = "must be the id of a refresh token: 32 hexadecimal digits";

    public static bool TryParse(string? text, out Guid id) => Guid.TryParseExact(text, "N", out id) || Guid.TryParseExact(text, "D", out id);

    public static Guid Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException(Malformed);

    public static string Write(Guid id) => id.ToString("N");
}
