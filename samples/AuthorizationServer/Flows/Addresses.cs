namespace AuthorizationServer.Flows;

/// <summary>Questions about addresses that clients have registered.</summary>
internal static class Addresses
{
    public static string OriginOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : string.Empty;

    /// <summary>The source in a content security policy that allows an address.</summary>
    public static string FormTargetOf(string address) => IsPrivateScheme(address) ? address[..(address.IndexOf(':', StringComparison.Ordinal) + 1)] : OriginOf(address);

    /// <summary>Whether a device decides which app opens the address: any app may have claimed the scheme (RFC 8252 section 8.6).</summary>
    public static bool IsPrivateScheme(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is not ("http" or "https");

    /// <summary>Whether two addresses are the same: clients that hold them as URLs write <c>https://api1/</c> for <c>https://api1</c> (RFC 3986 sections
    /// 6.2.2.1 and 6.2.3).</summary>
    public static bool AreSame(string left, string right) =>
        left == right
        || (Uri.TryCreate(left, UriKind.Absolute, out var first) && Uri.TryCreate(right, UriKind.Absolute, out var second) && first.AbsoluteUri == second.AbsoluteUri);
}
