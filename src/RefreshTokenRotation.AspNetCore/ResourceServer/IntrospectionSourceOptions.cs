using System.Diagnostics;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>The introspection endpoint that a resource server asks (RFC 7662), and its client there. Validated when the host starts.</summary>
public sealed class IntrospectionSourceOptions
{
    /// <summary>The introspection endpoint.</summary>
    /// <value>Required. An absolute <c>https</c> address; <c>http</c> only on the loopback.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The client that this resource server is, which needs the right to introspect.</summary>
    /// <value>Required.</value>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>Its secret, sent by Basic authentication (RFC 6749 section 2.3.1).</summary>
    /// <value>Required.</value>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string ClientSecret { get; set; } = string.Empty;
}
