using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Validates the options at start, across fields.</summary>
internal sealed class JwtOptionsValidator(IEnumerable<ISigningKeySource> sources, IHostEnvironment? environment = null)
    : IValidateOptions<JwtAccessTokenOptions>
{
    public const int MaxKeys = 50;

    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(1);

    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, JwtAccessTokenOptions options)
    {
        var failures = new List<string>(options.ConfigurationFailures);
        if (!IsIssuer(options.Issuer))
        {
            failures.Add($"Issuer ('{options.Issuer}') must be an absolute https address, or http on this machine, without query, fragment or user, "
                + $"of at most {RequestLimits.ResourceLength} characters.{ListeningAddress.Explain(options.Issuer)}");
        }

        CheckLifetime(options.AccessTokenLifetime, nameof(options.AccessTokenLifetime), failures);
        CheckLifetime(options.IdTokenLifetime, nameof(options.IdTokenLifetime), failures);
        if (options.DefaultAudience is { Length: 0 or > RequestLimits.ResourceLength })
        {
            failures.Add($"DefaultAudience has {options.DefaultAudience.Length} characters where 1 to {RequestLimits.ResourceLength} are allowed.");
        }

        if (options.TenantClaim is not { Length: >= 1 and <= RequestLimits.IdentifierLength } || JwtClaims.IsProtocolClaim(options.TenantClaim))
        {
            failures.Add($"TenantClaim ('{options.TenantClaim}') must be 1 to {RequestLimits.IdentifierLength} characters, and not a claim of the protocol.");
        }

        if (options.SelectConfirmation is null)
        {
            failures.Add("SelectConfirmation is null.");
        }

        if (options.KeyRefreshInterval < TimeSpan.FromSeconds(1) || options.KeyRefreshInterval > MaxInterval)
        {
            failures.Add($"KeyRefreshInterval ({options.KeyRefreshInterval}) must be between 00:00:01 and {MaxInterval}.");
        }

        CheckKeys(options, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    public static bool IsLifetime(TimeSpan lifetime) =>
        lifetime >= TimeSpan.FromSeconds(1) && lifetime <= MaxLifetime && lifetime.Ticks % TimeSpan.TicksPerSecond == 0;

    private void CheckKeys(JwtAccessTokenOptions options, List<string> failures)
    {
        if (options.SigningKeys.Count == 0 && options.KeyFolder is null && !options.GenerateDevelopmentKey && !sources.Any())
        {
            failures.Add("There is no signing key. Set SigningKeys or KeyFolder, add a source with AddSigningKeySource<T>(), or call "
                + "UseDevelopmentSigningKey() in development.");
        }

        if (options.SigningKeys.Any(static key => key is null))
        {
            failures.Add("SigningKeys holds null.");
        }
        else
        {
            failures.AddRange(SigningKeyValidator.Failures([.. options.SigningKeys]));
        }

        if (!Enum.IsDefined(options.DevelopmentKeyAlgorithm))
        {
            failures.Add($"DevelopmentKeyAlgorithm ({options.DevelopmentKeyAlgorithm}) is not a defined value.");
        }

        if (options is { GenerateDevelopmentKey: true, AllowDevelopmentKeyEverywhere: false } && environment?.IsDevelopment() != true)
        {
            failures.Add($"GenerateDevelopmentKey is true and the environment is {environment?.EnvironmentName ?? "not known"}: such a key is for "
                + "one developer's machine, and unknown to other nodes. Set SigningKeys or KeyFolder, or AllowDevelopmentKeyEverywhere if you mean it.");
        }
    }

    private static void CheckLifetime(TimeSpan lifetime, string field, List<string> failures)
    {
        if (!IsLifetime(lifetime))
        {
            failures.Add($"{field} ({lifetime}) must be between 00:00:01 and {MaxLifetime}, in whole seconds.");
        }
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
