using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Internal.Senders;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A request at one of the endpoints, parsed.</summary>
internal sealed class OAuthRequest(HttpContext context, string tenantId, OAuthParameters parameters)
{
    private OAuthClient? _client;

    public HttpContext Context { get; } = context;

    public string TenantId { get; } = tenantId;

    public OAuthParameters Parameters { get; } = parameters;

    /// <summary>The client, once it is authenticated.</summary>
    public OAuthClient Client
    {
        get => _client ?? throw new InvalidOperationException("The client has not been authenticated.");
        set => _client = value;
    }

    /// <summary>The key that the caller proved; null if none was.</summary>
    public SenderKey? SenderKey { get; set; }

    /// <summary>Where the request came from, for lists that users read.</summary>
    public DeviceInfo ObserveDevice(string? name = null) =>
        DeviceInfo.Observe(Context.Connection.RemoteIpAddress?.ToString(), Context.Request.Headers.UserAgent.ToString(), name);
}
