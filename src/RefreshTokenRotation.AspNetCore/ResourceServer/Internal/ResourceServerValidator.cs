using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class ResourceServerValidator(IOptions<TenantOptions> tenants) : IValidateOptions<ResourceServerOptions>
{
    private const int FewestEntries = 100;
    private const int MostEntries = 10_000_000;

    private static readonly TimeSpan LongestCacheTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ResourceServerOptions options)
    {
        var failures = new List<string>();
        CheckTime(options.CacheTime, TimeSpan.Zero, LongestCacheTime, nameof(options.CacheTime), failures);
        CheckTime(options.SourceTimeout, ShortestTimeout, LongestTimeout, nameof(options.SourceTimeout), failures);
        if (options.CacheEntries is < FewestEntries or > MostEntries)
        {
            failures.Add($"CacheEntries ({options.CacheEntries}) must be between {FewestEntries} and {MostEntries}.");
        }

        var retry = options.RetryAfter;
        if (retry < ShortestRetry || retry > LongestRetry || retry.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            failures.Add($"RetryAfter ({retry}) must be between {ShortestRetry} and {LongestRetry}, in whole seconds.");
        }

        (string Option, string? Claim)[] claims =
        [
            (nameof(options.FamilyClaim), options.FamilyClaim),
            (nameof(options.GenerationClaim), options.GenerationClaim),
            (nameof(TenantOptions.TenantClaim), tenants.Value.TenantClaim ?? TenantRule.DefaultClaim),
        ];
        failures.AddRange(claims.Where(static entry => string.IsNullOrEmpty(entry.Claim)).Select(static entry => $"{entry.Option} is empty."));
        failures.AddRange(claims
            .GroupBy(static entry => entry.Claim, StringComparer.Ordinal)
            .Where(static same => !string.IsNullOrEmpty(same.Key) && same.Count() > 1)
            .Select(static same => $"{string.Join(" and ", same.Select(static entry => entry.Option))} are the same claim ('{same.Key}')."));
        if (options.ResourceMetadata is { } metadata && !Syntax.IsQuotable(metadata))
        {
            failures.Add($"ResourceMetadata ('{metadata}') must be an absolute http or https address without fragment.");
        }

        if (options.ResolveAccessToken is null)
        {
            failures.Add("ResolveAccessToken is null.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckTime(TimeSpan value, TimeSpan shortest, TimeSpan longest, string option, List<string> failures)
    {
        if (value < shortest || value > longest)
        {
            failures.Add($"{option} ({value}) must be between {shortest} and {longest}.");
        }
    }
}
