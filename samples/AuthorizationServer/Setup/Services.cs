using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.Flows;
using AuthorizationServer.Flows.AuthorizationCode;
using AuthorizationServer.Flows.Device;
using AuthorizationServer.Flows.LogOut;
using AuthorizationServer.Lab;
using AuthorizationServer.Notices;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.AspNetCore.Management;

namespace AuthorizationServer.Setup;

/// <summary>Registers the library and the server's own parts.</summary>
internal static class Services
{
    /// <summary>The library: policies, the store, JWTs, the endpoints, and the host's hook and four grant types.</summary>
    public static RefreshTokenRotationBuilder AddRotation(this IServiceCollection services, ServerSettings settings)
    {
        return services
            .AddRefreshTokenRotation(options =>
            {
                foreach (var (id, client) in settings.Clients)
                {
                    options.ClientPolicies[id] = client.Policy();
                }
            })
            .UseJwtAccessTokens(options => options.Issuer = settings.Issuer!)
            .AddSigningKeySource<StoredSigningKey>()
            .AddClaimsSource<UserClaimsSource>()
            .AddEndpoints(options =>
            {
                options.Issuer = settings.Issuer;
                options.AllowJsonBodies = true;
                options.ConfigureMetadata = (_, document) => Metadata.Describe(document);
                foreach (var client in settings.Clients.Values)
                {
                    options.Clients.Add(ToLibrary(client, settings));
                }

                // In addition to those of the settings, which users may let apps use: this one is for machines.
                options.Apis.Add(new OAuthApi { Audience = settings.ManagementAudience, Scopes = ManagementScopes.All });
                options.EndSessions = static (context, userId, sessionId) =>
                    context.RequestServices.GetRequiredService<Sessions>().EndAsync(userId, sessionId, context.RequestAborted);

                foreach (var api in settings.Apis)
                {
                    options.Apis.Add(new OAuthApi
                    {
                        Audience = api.Audience,
                        AllowOfflineAccess = api.AllowOfflineAccess,
                        Scopes = api.Scopes,
                        AccessTokenLifetime = api.AccessTokenLifetime,
                    });
                }
            })
            .AddRotationAdvisor()
            .AddExchangeHook<KnownUsers>()
            .AddEventHandler<TheftNotices>()
            .AddDPoP(options => options.ResourceOrigin = settings.Origin)
            .AddGrantTypeHandler<AuthorizationCodeGrantHandler>()
            .AddGrantTypeHandler<PasswordGrantHandler>()
            .AddGrantTypeHandler<ClientCredentialsGrantHandler>()
            .AddGrantTypeHandler<DeviceGrantHandler>();
    }

    public static void AddServer(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<ClientDirectory>();
        services.AddSingleton<Users>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<Consents>();
        services.AddSingleton<FormTokens>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<AuthorizeRequestReader>();
        services.AddSingleton<AuthorizationCodes>();
        services.AddSingleton<AuthorizeEndpoint>();
        services.AddSingleton<Login>();
        services.AddSingleton<LogoutEndpoint>();
        services.AddSingleton<LogoutRequestReader>();
        services.AddSingleton<IdTokenHints>();
        services.AddSingleton<Home>();
        services.AddSingleton<SessionPages>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<TheftNotices>();
        services.AddSingleton<NoticePages>();
        services.AddSingleton<DeviceAuthorizations>();
        services.AddSingleton<DeviceEndpoint>();
        services.AddSingleton<DevicePages>();
        services.AddSingleton<BearerToken>();
        services.AddSingleton<UserInfo>();
        services.AddSingleton<ProtectedApi>();
        services.AddResourceServer(options => options.CacheTime = settings.DenyListCacheTime);
        services.AddSingleton<LabWorlds>();
        services.AddCors(options => options.AddPolicy(Cors.Policy, policy => policy
            .WithOrigins([.. settings.Clients.Values.SelectMany(client => client.WebOrigins).Distinct(StringComparer.Ordinal)])
            .WithMethods(HttpMethods.Get, HttpMethods.Post)
            .WithHeaders("authorization", "content-type", "dpop")
            .WithExposedHeaders("dpop-nonce", "www-authenticate")));
    }

    private static OAuthClient ToLibrary(ClientSettings client, ServerSettings settings) => new()
    {
        ClientId = client.ClientId,
        AuthenticationMethod = client.IsPublic ? ClientAuthenticationMethod.None : ClientAuthenticationMethod.ClientSecret,
        SecretHashes = client.SecretHash is { } hash ? [hash] : [],
        GrantTypes = client.GrantTypes,
        DefaultAudience = client.DefaultAudience ?? (client.Permissions.Count > 0 ? settings.ManagementAudience : null),
        RefusedTokenStatusCode = client.RefusedTokenStatusCode,
        AllowedOrigins = client.WebOrigins,
        AllowIntrospection = client.AllowIntrospection,
        Audiences = client is { AllowIntrospection: true, DefaultAudience: { } api } ? [api] : [],
        SenderConstraint = client.SenderConstraint,
    };
}
