using RefreshTokenRotation.Configuration;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The names of the endpoints' settings in a configuration. They are those of the options.</summary>
internal static class EndpointConfiguration
{
    public static void Read(RefreshTokenEndpointOptions options, SettingsReader settings)
    {
        settings.Text(nameof(options.Issuer), value => options.Issuer = value);
        settings.Text(nameof(options.TokenPath), value => options.TokenPath = value);
        settings.Text(nameof(options.RevocationPath), value => options.RevocationPath = value);
        settings.Text(nameof(options.IntrospectionPath), value => options.IntrospectionPath = value);
        settings.Text(nameof(options.GlobalRevocationPath), value => options.GlobalRevocationPath = value);
        settings.Text(nameof(options.MetadataPath), value => options.MetadataPath = value);
        settings.Text(nameof(options.JwksPath), value => options.JwksPath = value);
        settings.Number(nameof(options.RefusedTokenStatusCode), value => options.RefusedTokenStatusCode = value);
        settings.Flag(nameof(options.AllowJsonBodies), value => options.AllowJsonBodies = value);
        settings.Number(nameof(options.MaximumBodySize), value => options.MaximumBodySize = value);
        settings.Duration(nameof(options.AssertionLifetime), value => options.AssertionLifetime = value);
        settings.Flag(nameof(options.AssertionAudienceIsIssuer), value => options.AssertionAudienceIsIssuer = value);
        settings.Flag(nameof(options.RefuseAccessTokenRevocation), value => options.RefuseAccessTokenRevocation = value);
        settings.Duration(nameof(options.RetryAfter), value => options.RetryAfter = value);
        settings.Flag(nameof(options.RevocationEndsGrant), value => options.RevocationEndsGrant = value);
        settings.Flag(nameof(options.StateLeeway), value => options.StateLeeway = value);
        settings.Flag(nameof(options.StateLifetimes), value => options.StateLifetimes = value);
        settings.Sections(nameof(options.Clients), entry => options.Clients.Add(Client(entry)));
        settings.Sections(nameof(options.Apis), entry => options.Apis.Add(Api(entry)));
    }

    private static OAuthClient Client(SettingsReader settings)
    {
        var client = new OAuthClient { ClientId = settings.Key };
        if (!settings.Has(nameof(client.ClientId)) && settings.Key.All(char.IsAsciiDigit))
        {
            settings.Fail($"needs the setting {nameof(client.ClientId)}"); // an entry of a list has a number for a name
        }

        settings.Text(nameof(client.ClientId), value => client.ClientId = value);
        settings.Choice<ClientAuthenticationMethod>(nameof(client.AuthenticationMethod), value => client.AuthenticationMethod = value);
        settings.Texts(nameof(client.SecretHashes), values => client.SecretHashes = values, isSecret: true);
        settings.Text(nameof(client.JsonWebKeySet), value => client.JsonWebKeySet = value);
        settings.Texts(nameof(client.GrantTypes), values => client.GrantTypes = values);
        settings.Text(nameof(client.DefaultAudience), value => client.DefaultAudience = value);
        settings.Texts(nameof(client.AllowedOrigins), values => client.AllowedOrigins = values);
        settings.Flag(nameof(client.AllowIntrospection), value => client.AllowIntrospection = value);
        settings.Texts(nameof(client.Audiences), values => client.Audiences = values);
        settings.Flag(nameof(client.IntrospectsAllTokens), value => client.IntrospectsAllTokens = value);
        settings.Flag(nameof(client.AllowGlobalRevocation), value => client.AllowGlobalRevocation = value);
        settings.Choice<SenderConstraint>(nameof(client.SenderConstraint), value => client.SenderConstraint = value);
        settings.Number(nameof(client.RefusedTokenStatusCode), value => client.RefusedTokenStatusCode = value);
        settings.TextsByName(nameof(client.Properties), values => client.Properties = values);
        return client;
    }

    private static OAuthApi Api(SettingsReader settings)
    {
        var api = new OAuthApi();
        if (!settings.Has(nameof(api.Audience)))
        {
            settings.Fail($"needs the setting {nameof(api.Audience)}");
        }

        settings.Text(nameof(api.Audience), value => api.Audience = value);
        settings.Flag(nameof(api.AllowOfflineAccess), value => api.AllowOfflineAccess = value);
        settings.Texts(nameof(api.Scopes), values => api.Scopes = values);
        settings.Duration(nameof(api.AccessTokenLifetime), value => api.AccessTokenLifetime = value);
        return api;
    }
}
