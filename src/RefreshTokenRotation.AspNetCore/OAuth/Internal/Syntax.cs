using System.Buffers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The forms of single values.</summary>
internal static class Syntax
{
    private static readonly SearchValues<char> SchemeTail =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>A scope-token (RFC 6749 section 3.3): %x21 / %x23-5B / %x5D-7E.</summary>
    public static bool IsScope(string? value) =>
        value is { Length: >= 1 and <= RequestLimits.ScopeLength } && IsVisible(value) && !value.AsSpan().ContainsAny('"', '\\');

    /// <summary>An absolute address without a fragment (RFC 8707 section 2).</summary>
    /// <remarks><see cref="Uri"/> takes a path for an absolute address on Unix.</remarks>
    public static bool IsResource(string? value)
    {
        if (value is not { Length: >= 3 and <= RequestLimits.ResourceLength } || !IsVisible(value) || value.Contains('#', StringComparison.Ordinal))
        {
            return false;
        }

        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && colon < value.Length - 1
            && char.IsAsciiLetter(value[0])
            && !value.AsSpan(1, colon - 1).ContainsAnyExcept(SchemeTail);
    }

    /// <summary>An id that may be looked up: of a bounded length, without control characters and halves of surrogate pairs.</summary>
    public static bool IsIdentifier(string value)
    {
        if (value.Length is 0 or > RequestLimits.IdentifierLength)
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]) || (char.IsSurrogate(value[i]) && !char.IsSurrogatePair(value, i) && !(i > 0 && char.IsSurrogatePair(value, i - 1))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What may be an access token: printable ASCII without spaces.</summary>
    public static bool IsToken(string value) => value.Length > 0 && IsVisible(value);

    /// <summary>An address that may stand in a header between quotes.</summary>
    public static bool IsQuotable(Uri address) =>
        address is { IsAbsoluteUri: true, Fragment: "" } && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && IsVisible(address.AbsoluteUri) && !address.AbsoluteUri.AsSpan().ContainsAny('"', '\\');

    /// <summary>What a browser sends as <c>Origin</c>: scheme, host and port, in small letters and without a path.</summary>
    public static bool IsOrigin(string? value) =>
        value is { Length: > 0 }
        && IsVisible(value)
        && Uri.TryCreate(value, UriKind.Absolute, out var address)
        && value == $"{address.Scheme}://{address.Authority}";

    private static bool IsVisible(string value) => !value.AsSpan().ContainsAnyExceptInRange('!', '~');
}
