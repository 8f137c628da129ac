using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Which access token an <see cref="IAccessTokenStatusSource"/> is asked for.</summary>
[DebuggerDisplay("family {FamilyId}")]
public sealed class AccessTokenStatusRequest
{
    /// <summary>The family that the token names.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>The tenant that the token names. Default: empty.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>The token itself, a secret: what <see cref="ResourceServerOptions.ResolveAccessToken"/> found. Default: null.</summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? AccessToken { get; init; }

    /// <summary>The family's id.</summary>
    /// <returns>A text without any part of the token.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"family {FamilyId:N}");
}
