namespace RefreshTokenRotation;

/// <summary>Addresses that a server listens at and no client can call, such as <c>http://+:8080</c>.</summary>
internal static class ListeningAddress
{
    private static readonly string[] Wildcards = ["+", "*", "0.0.0.0", "[::]"];

    /// <summary>What to add to a message that refuses an issuer; empty if it is no such address.</summary>
    public static string Explain(string? issuer)
    {
        var start = issuer?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        var host = start < 0 ? string.Empty : issuer![(start + 3)..];
        return Array.Exists(Wildcards, wildcard => host.StartsWith(wildcard, StringComparison.Ordinal))
            ? " The server listens at that address, but no client can call it: name the issuer, as clients reach it."
            : string.Empty;
    }
}
