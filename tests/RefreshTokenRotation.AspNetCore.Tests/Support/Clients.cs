namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>The clients and APIs of every <see cref="TestHost"/>.</summary>
internal static class Clients
{
    public const string Public = "spa";
    public const string OtherPublic = "other-spa";
    public const string Confidential = "web";
    public const string OtherConfidential = "other-web";
    public const string WithoutRefresh = "no-refresh";
    public const string AwkwardId = "awkward id:ü";

    /// <summary>Characters that mean something in a form, in base64 and in a header.</summary>
    public const string AwkwardSecret = "p+q %41&=:ü";

    public const string Secret = "the secret of the confidential client";
    public const string FormerSecret = "its former secret";
    public const string Origin = "https://app.example";

    public const string Api1 = "https://api1.example/";
    public const string Api2 = "https://api2.example/";
    public const string OnlineApi = "https://online.example/";

    public static void Add(RefreshTokenEndpointOptions options)
    {
        string[] grants = ["refresh_token", "authorization_code", "urn:example:stub"];
        options.Clients.Add(new OAuthClient { ClientId = Public, AllowedOrigins = [Origin], GrantTypes = grants });
        options.Clients.Add(new OAuthClient { ClientId = OtherPublic });
        options.Clients.Add(new OAuthClient { ClientId = WithoutRefresh, GrantTypes = ["authorization_code", "urn:example:stub"] });
        options.Clients.Add(new OAuthClient
        {
            ClientId = Confidential,
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash(FormerSecret), ClientSecret.Hash(Secret)],
            GrantTypes = grants,
            AllowIntrospection = true,
            IntrospectsAllTokens = true,
        });
        options.Clients.Add(new OAuthClient
        {
            ClientId = OtherConfidential,
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash("another secret")],
        });
        options.Clients.Add(new OAuthClient
        {
            ClientId = AwkwardId,
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash(AwkwardSecret)],
        });
        options.Apis.Add(new OAuthApi { Audience = Api1, AllowOfflineAccess = true, AccessTokenLifetime = TimeSpan.FromHours(1) });
        options.Apis.Add(new OAuthApi { Audience = Api2, AllowOfflineAccess = true, AccessTokenLifetime = TimeSpan.FromMinutes(10) });
        options.Apis.Add(new OAuthApi { Audience = OnlineApi });
    }
}
