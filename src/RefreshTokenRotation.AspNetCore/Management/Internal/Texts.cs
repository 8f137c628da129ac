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
    public static string? Check(string name, string? value, int maxLength) => value is null || TextForm.IsFit(value, maxLength) ? null : $"{name} {Bound(maxLength)}.";

    /// <summary>What a caller sent, as far as a message shows it.</summary>
    public static string Shown(string value) => value.Length <= MostShown ? value : value[..MostShown] + "…";
}
