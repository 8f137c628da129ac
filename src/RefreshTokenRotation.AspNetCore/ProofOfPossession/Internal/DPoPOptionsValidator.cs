using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class DPoPOptionsValidator : IValidateOptions<DPoPOptions>
{
    private const int ShortestKey = 32;

    private static readonly TimeSpan SmallestWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LargestWindow = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestNonce = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestNonce = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, DPoPOptions options)
    {
        var failures = new List<string>();
        if (options.SigningAlgorithms.Count == 0 || !options.SigningAlgorithms.All(JsonWebKeys.Algorithms.Contains))
        {
            failures.Add($"SigningAlgorithms ('{string.Join(' ', options.SigningAlgorithms)}') must be some of {string.Join(", ", JsonWebKeys.Algorithms)}.");
        }

        if (options.ProofWindow < SmallestWindow || options.ProofWindow > LargestWindow)
        {
            failures.Add($"ProofWindow ({options.ProofWindow}) must be between {SmallestWindow} and {LargestWindow}.");
        }

        if (options.FutureTolerance < TimeSpan.Zero || options.FutureTolerance > options.ProofWindow)
        {
            failures.Add($"FutureTolerance ({options.FutureTolerance}) must be between {TimeSpan.Zero} and ProofWindow ({options.ProofWindow}).");
        }

        if (options.ResourceMetadata is { } metadata && !Syntax.IsQuotable(metadata))
        {
            failures.Add($"ResourceMetadata ('{metadata}') must be an absolute http or https address without fragment.");
        }

        if (options.NonceLifetime < ShortestNonce || options.NonceLifetime > LongestNonce)
        {
            failures.Add($"NonceLifetime ({options.NonceLifetime}) must be between {ShortestNonce} and {LongestNonce}.");
        }

        if (options.NonceKey.Length is > 0 and < ShortestKey)
        {
            failures.Add($"NonceKey ({options.NonceKey.Length} bytes) must be empty or at least {ShortestKey} bytes.");
        }

        if (options.ResourceOrigin is { } origin && !Syntax.IsOrigin(origin))
        {
            failures.Add($"ResourceOrigin ('{origin}') must be scheme, host and port in lower case, such as https://api.example.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
