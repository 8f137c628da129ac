namespace RefreshTokenRotation.Internal;

/// <summary>Which texts are taken.</summary>
internal static class TextForm
{
    /// <summary>Of a bounded length, and nothing unfit in it.</summary>
    public static bool IsFit(string? value, int maxLength = RequestLimits.IdentifierLength) =>
        value is { Length: >= 1 } && value.Length <= maxLength && !ContainsUnfit(value);

    /// <summary>A scope-token (RFC 6749 section 3.3): %x21 / %x23-5B / %x5D-7E.</summary>
    public static bool IsScope(string? value) =>
        value is { Length: >= 1 and <= RequestLimits.ScopeLength }
        && !value.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !value.AsSpan().ContainsAny('"', '\\');

    /// <summary>Characters that logs or a store in UTF-8 could not hold: controls and halves of surrogate pairs.</summary>
    public static bool ContainsUnfit(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]) || (char.IsSurrogate(value[i]) && !char.IsSurrogatePair(value, i++)))
            {
                return true;
            }
        }

        return false;
    }
}
