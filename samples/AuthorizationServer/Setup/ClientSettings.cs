using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Setup;

/// <summary>A client: what the library needs of it, and what the flows of this server need.</summary>
internal sealed class ClientSettings
{
    public string ClientId { get; set; } = string.Empty;

    /// <summary>The name on the consent page.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>What <c>ClientSecret.Hash</c> made of the secret; a client without one is public.</summary>
    public string? SecretHash { get; set; }

    public List<string> GrantTypes { get; init; } = [];

    public string? DefaultAudience { get; set; }

    /// <summary>The callback addresses, compared exactly.</summary>
    public List<string> RedirectUris { get; init; } = [];

    /// <summary>The origins of its browser code: for CORS, and for responses by <c>web_message</c>.</summary>
    public List<string> WebOrigins { get; init; } = [];

    /// <summary>The addresses to return to after a log-out, compared exactly.</summary>
    public List<string> LogoutUris { get; init; } = [];

    /// <summary>Whether users must consent before it gets tokens.</summary>
    public bool ThirdParty { get; set; }

    public bool AllowIntrospection { get; set; }

    /// <summary>What a machine may do through the management API (<c>client_credentials</c>), such as <c>read:clients</c>.</summary>
    public List<string> Permissions { get; init; } = [];

    /// <summary>The status of a rejected refresh token: 400, or 403 for the browser SDK, which expects Auth0's.</summary>
    public int? RefusedTokenStatusCode { get; set; }

    /// <summary><c>DPoP</c>: each token request must prove a key.</summary>
    public SenderConstraint SenderConstraint { get; set; }

    /// <summary><c>Strict</c>, <c>Spa</c>, <c>Mobile</c>, <c>Fapi</c> or <c>FapiRotating</c>.</summary>
    public string Preset { get; set; } = nameof(RotationPolicy.Strict);

    public RotationType? RotationType { get; set; }

    public TimeSpan? Leeway { get; set; }

    public List<ApiSettings> MultiResource { get; init; } = [];

    public bool IsPublic => SecretHash is null;

    public string DisplayName => Name.Length > 0 ? Name : ClientId;

    /// <summary>The refresh token policy: the preset, with the client's own settings.</summary>
    public RotationPolicy Policy()
    {
        var preset = Preset switch
        {
            nameof(RotationPolicy.Strict) => RotationPolicy.Strict,
            nameof(RotationPolicy.Spa) => RotationPolicy.Spa,
            nameof(RotationPolicy.Mobile) => RotationPolicy.Mobile,
            nameof(RotationPolicy.Fapi) => RotationPolicy.Fapi,
            nameof(RotationPolicy.FapiRotating) => RotationPolicy.FapiRotating,
            nameof(RotationPolicy.Agents) => RotationPolicy.Agents,
            _ => throw new InvalidOperationException($"Client '{ClientId}' names the preset '{Preset}', which is none."),
        };
        return preset with
        {
            RotationType = RotationType ?? preset.RotationType,
            Leeway = Leeway ?? preset.Leeway,
            MultiResource = [.. MultiResource.Select(api => new ResourceScopes { Resource = api.Audience, Scopes = api.Scopes })],
        };
    }
}
