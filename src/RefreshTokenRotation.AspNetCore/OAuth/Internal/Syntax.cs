namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The forms of single values.</summary>
internal static class Syntax
{
    /// <summary>An absolute address without a fragment (RFC 8707 section 2).</summary>
    /// <remarks><see cref="Uri"/> takes a path for an absolute address on Unix.</remarks>
    public static bool IsResource(string? value)
    {
        if (value is not { Length: >= 3 and <= RequestLimits.ResourceLength } || !IsVisible(value) || value.Contains('#', StringComparison.Ordinal))
        {
            return false;
        }

        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < value.Length - 1 && Uri.CheckSchemeName(value[..colon]);
    }

    /// <summary>What may be an access token: printable ASCII without spaces.</summary>
    public static bool IsToken(string value) => value.Length > 0 && IsVisible(value);

    /// <summary>An address that may be quoted in a header.</summary>
    public static bool IsQuotable(Uri address) =>
        address is { IsAbsoluteUri: true, Fragment: "" } && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && IsVisible(address.AbsoluteUri) && !address.AbsoluteUri.AsSpan().ContainsAny('"', '\\');

    /// <summary>The check that every options type with such an address makes.</summary>
    public static void CheckResourceMetadata(Uri? address, List<string> failures) => failures.Require(
        address is null || IsQuotable(address), $"ResourceMetadata ('{address}') must be an absolute http or https address without fragment.");

    /// <summary>What a browser sends as <c>Origin</c>: scheme, host and port, in small letters and without a path.</summary>
    public static bool IsOrigin(string? value) =>
        value is { Length: > 0 }
        && IsVisible(value)
        && Uri.TryCreate(value, UriKind.Absolute, out var address)
        && value == $"{address.Scheme}://{address.Authority}";

    private static bool IsVisible(string value) => !value.AsSpan().ContainsAnyExceptInRange('!', '~');
}
