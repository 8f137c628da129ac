using System.Diagnostics;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation;

/// <summary>What your signer produced for one response. A secret: neither <c>ToString()</c> nor a JSON serializer shows any part of it.</summary>
[DebuggerDisplay("[redacted]")]
public sealed class AccessToken
{
    /// <summary>The access token (RFC 6749 section 5.1, <c>access_token</c>). An empty one is rejected before anything is consumed.</summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Value { get; init; } = string.Empty;

    /// <summary>Its lifetime (<c>expires_in</c>).</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>How it is presented (<c>token_type</c>). Default: <c>Bearer</c>.</summary>
    public string TokenType { get; init; } = "Bearer";

    /// <summary>The ID token (<c>id_token</c>), if the grant contains <c>openid</c>. Default: none.</summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? IdToken { get; init; }

    /// <summary>What a factory returned, or an exception before anything is consumed if it returned nothing.</summary>
    internal static AccessToken Required(AccessToken? produced) =>
        produced is { Value.Length: > 0 }
            ? produced
            : throw new InvalidOperationException("The access token factory returned null, or a token without a value.");

    /// <summary>Always <c>[redacted]</c>.</summary>
    public override string ToString() => "[redacted]";
}
