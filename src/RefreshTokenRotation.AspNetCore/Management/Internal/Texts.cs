namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The bounds of single texts.</summary>
internal static class Texts
{
    private const int MostShown = 40;

    /// <summary>The bound as messages name it.</summary>
    public static string Bound(int maxLength) => $"must be a text of 1 to {maxLength} characters without control characters";

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
