using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class DPoPOptionsValidator : IValidateOptions<DPoPOptions>
{
    private const int ShortestKey = 32;

    public ValidateOptionsResult Validate(string? name, DPoPOptions options)
    {
        var failures = new List<string>();
        failures.Require(
            options.SigningAlgorithms.Count > 0 && options.SigningAlgorithms.All(JsonWebKeys.Algorithms.Contains),
            $"SigningAlgorithms ('{string.Join(' ', options.SigningAlgorithms)}') must be some of {string.Join(", ", JsonWebKeys.Algorithms)}.");
        failures.RequireBetween(nameof(options.ProofWindow), options.ProofWindow, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        failures.Require(
            options.FutureTolerance >= TimeSpan.Zero && options.FutureTolerance <= options.ProofWindow,
            $"FutureTolerance ({options.FutureTolerance}) must be between {TimeSpan.Zero} and ProofWindow ({options.ProofWindow}).");
        Syntax.CheckResourceMetadata(options.ResourceMetadata, failures);
        failures.RequireBetween(nameof(options.NonceLifetime), options.NonceLifetime, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        failures.Require(
            options.NonceKey.Length is 0 or >= ShortestKey, $"NonceKey ({options.NonceKey.Length} bytes) must be empty or at least {ShortestKey} bytes.");
        failures.Require(
            options.ResourceOrigin is not { } origin || Syntax.IsOrigin(origin),
            $"ResourceOrigin ('{options.ResourceOrigin}') must be scheme, host and port in lower case, such as https://api.example.");
        return failures.ToResult();
    }
}
