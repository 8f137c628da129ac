namespace RefreshTokenRotation.Tests.Support;

/// <summary>Exchange requests of the harness's client.</summary>
internal static class Requests
{
    public static ExchangeRequest For(
        RefreshToken token,
        IReadOnlyList<string>? scopes = null,
        IReadOnlyList<string>? resources = null,
        string client = Engine.Client,
        string tenant = "",
        string? key = null,
        DeviceInfo? device = null,
        AccessTokenFactory? create = null) => new()
        {
            RefreshToken = token,
            ClientId = client,
            TenantId = tenant,
            Scopes = scopes,
            Resources = resources,
            SenderKeyThumbprint = key,
            Device = device,
            CreateAccessToken = create,
        };

    /// <summary>A request whose access token is made by a function of the context.</summary>
    public static ExchangeRequest Signing(RefreshToken token, Func<AccessTokenContext, string> sign) =>
        For(token, create: (context, _) => new(new AccessToken { Value = sign(context), Lifetime = TimeSpan.FromMinutes(5) }));
}
