using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Validates the options at start, across fields.</summary>
internal sealed class JwtOptionsValidator(IEnumerable<ISigningKeySource> sources, IHostEnvironment? environment = null)
    : IValidateOptions<JwtAccessTokenOptions>
{
    public const int MaxKeys = 50;

    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, JwtAccessTokenOptions options)
    {
        var failures = new List<string>(options.ConfigurationFailures);
        failures.Require(
            IsIssuer(options.Issuer),
            $"Issuer ('{options.Issuer}') must be an absolute https address, or http on this machine, without query, fragment or user, "
                + $"of at most {RequestLimits.ResourceLength} characters.{ListeningAddress.Explain(options.Issuer)}");
        failures.RequireWholeSeconds(nameof(options.AccessTokenLifetime), options.AccessTokenLifetime, MinLifetime, MaxLifetime);
        failures.RequireWholeSeconds(nameof(options.IdTokenLifetime), options.IdTokenLifetime, MinLifetime, MaxLifetime);
        failures.Require(
            options.DefaultAudience is not { Length: 0 or > RequestLimits.ResourceLength },
            $"DefaultAudience has {options.DefaultAudience?.Length} characters; 1 to {RequestLimits.ResourceLength} are allowed.");
        failures.Require(
            options.TenantClaim is { Length: >= 1 and <= RequestLimits.IdentifierLength } && !JwtClaims.IsProtocolClaim(options.TenantClaim),
            $"TenantClaim ('{options.TenantClaim}') must be 1 to {RequestLimits.IdentifierLength} characters, and not a claim of the protocol.");
        failures.Require(options.SelectConfirmation is not null, "SelectConfirmation is null.");
        failures.RequireBetween(nameof(options.KeyRefreshInterval), options.KeyRefreshInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        CheckKeys(options, failures);
        return failures.ToResult();
    }

    public static bool MaySignWithDevelopmentKey(JwtAccessTokenOptions options, IHostEnvironment? environment) =>
        options.GenerateDevelopmentKey && (options.AllowDevelopmentKeyEverywhere || environment?.IsDevelopment() == true);

    public static bool IsLifetime(TimeSpan lifetime) =>
        lifetime >= MinLifetime && lifetime <= MaxLifetime && lifetime.Ticks % TimeSpan.TicksPerSecond == 0;

    private void CheckKeys(JwtAccessTokenOptions options, List<string> failures)
    {
        var hasKeys = options.SigningKeys.Count > 0 || options.KeyFolder is not null || sources.Any();
        failures.Require(
            hasKeys || options.GenerateDevelopmentKey,
            "There is no signing key. Set SigningKeys or KeyFolder, add a source with AddSigningKeySource<T>(), or call UseDevelopmentSigningKey() in Development "
                + $"(the environment is {environment?.EnvironmentName ?? "not known"}).");
        if (options.SigningKeys.Any(static key => key is null))
        {
            failures.Add("SigningKeys holds null.");
        }
        else
        {
            failures.AddRange(SigningKeyValidator.Failures([.. options.SigningKeys]));
        }

        failures.Require(Enum.IsDefined(options.DevelopmentKeyAlgorithm), $"DevelopmentKeyAlgorithm ({options.DevelopmentKeyAlgorithm}) is not a defined value.");
        failures.Require(
            hasKeys || !options.GenerateDevelopmentKey || MaySignWithDevelopmentKey(options, environment),
            $"UseDevelopmentSigningKey() or GenerateDevelopmentKey gives the only signing key, but the environment is {environment?.EnvironmentName ?? "not known"}: "
                + "such a key is for one developer's machine, and unknown to other nodes. Set SigningKeys or KeyFolder, or AllowDevelopmentKeyEverywhere if you mean it.");
    }

    /// <summary>RFC 8414 section 2, and http where nobody can listen.</summary>
    private static bool IsIssuer(string? issuer) =>
        issuer is { Length: >= 1 and <= RequestLimits.ResourceLength }
        && Uri.TryCreate(issuer, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address.UserInfo.Length == 0
        && !issuer.AsSpan().ContainsAny('?', '#')
        && !issuer.AsSpan().ContainsAnyExceptInRange('!', '~');
}
