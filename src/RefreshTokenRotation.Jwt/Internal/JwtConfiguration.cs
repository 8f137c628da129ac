using RefreshTokenRotation.Configuration;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>The names of the tokens' settings in a configuration. They are those of the options.</summary>
internal static class JwtConfiguration
{
    public static void Read(JwtAccessTokenOptions options, SettingsReader settings)
    {
        settings.Text(nameof(options.Issuer), value => options.Issuer = value);
        settings.Duration(nameof(options.AccessTokenLifetime), value => options.AccessTokenLifetime = value);
        settings.Duration(nameof(options.IdTokenLifetime), value => options.IdTokenLifetime = value);
        settings.Text(nameof(options.DefaultAudience), value => options.DefaultAudience = value);
        settings.Text(nameof(options.TenantClaim), value => options.TenantClaim = value);
        settings.Text(nameof(options.KeyFolder), value => options.KeyFolder = value);
        settings.Text(nameof(options.KeyFolderPassword), value => options.KeyFolderPassword = value);
        settings.Duration(nameof(options.KeyRefreshInterval), value => options.KeyRefreshInterval = value);
        settings.Flag(nameof(options.GenerateDevelopmentKey), value => options.GenerateDevelopmentKey = value);
        settings.Text(nameof(options.DevelopmentKeyFolder), value => options.DevelopmentKeyFolder = value);
        settings.Choice<SigningAlgorithm>(nameof(options.DevelopmentKeyAlgorithm), value => options.DevelopmentKeyAlgorithm = value);
        settings.Flag(nameof(options.AllowDevelopmentKeyEverywhere), value => options.AllowDevelopmentKeyEverywhere = value);
    }
}
