namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Marks a route of the metadata that holds the issuer's path, which is no group of routes.</summary>
/// <param name="Path">The path of the document, the issuer's included.</param>
internal sealed record IssuerDocument(string Path);
