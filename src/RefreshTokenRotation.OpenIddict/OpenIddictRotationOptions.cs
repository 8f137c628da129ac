namespace RefreshTokenRotation.OpenIddict;

/// <summary>How families replace the refresh tokens of an OpenIddict server.</summary>
public sealed class OpenIddictRotationOptions
{
    /// <summary>Whether refresh tokens that the server issued itself, before rotation was added, are adopted: each once, by its first exchange.</summary>
    /// <value>Default: true. When false, they are rejected with <c>invalid_grant</c>.</value>
    public bool AdoptIssuedTokens { get; set; } = true;

    /// <summary>Whether OpenIddict keeps an entry per self-contained access token and identity token, as it does by default. The entry lets the revocation
    /// endpoint revoke a single access token.</summary>
    /// <value>Default: true. When false, an exchange adds no row at all; a self-contained access token then ends with its lifetime, or with its authorization if
    /// the API validates that. Reference access tokens always have an entry.</value>
    public bool StoreTokenEntries { get; set; } = true;
}
