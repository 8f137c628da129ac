using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Knows which families have ended: the token store, the authorization server's introspection endpoint, or your own list.
/// Its results are cached for <see cref="ResourceServerOptions.CacheTime"/>. Thread-safe.</summary>
public interface IAccessTokenStatusSource
{
    /// <summary>Asks for an access token that the host has authenticated already.</summary>
    /// <param name="request">Which token.</param>
    /// <param name="cancellationToken">Ends with <see cref="ResourceServerOptions.SourceTimeout"/>, not with the request: several requests may
    /// wait for one result.</param>
    /// <returns>Its status, no older than the call. An exception is an outage.</returns>
    ValueTask<AccessTokenStatus> GetStatusAsync(AccessTokenStatusRequest request, CancellationToken cancellationToken);
}

/// <summary>Whether an access token is still valid, apart from its signature and its lifetime.</summary>
public enum AccessTokenStatus
{
    /// <summary>The family that the token came with is active.</summary>
    Active = 1,

    /// <summary>The family has ended, which is final: every access token that came with it is rejected from now on.</summary>
    Ended = 2,

    /// <summary>This token is not active, for an unknown reason. Other tokens of the family are looked up separately.</summary>
    Inactive = 3,
}

/// <summary>The access token that an <see cref="IAccessTokenStatusSource"/> looks up.</summary>
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
