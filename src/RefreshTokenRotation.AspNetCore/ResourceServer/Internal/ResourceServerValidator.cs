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
        failures.RequireBetween(nameof(options.CacheTime), options.CacheTime, TimeSpan.Zero, LongestCacheTime);
        failures.RequireBetween(nameof(options.SourceTimeout), options.SourceTimeout, ShortestTimeout, LongestTimeout);
        failures.RequireBetween(nameof(options.CacheEntries), options.CacheEntries, FewestEntries, MostEntries);
        failures.RequireWholeSeconds(nameof(options.RetryAfter), options.RetryAfter, ShortestRetry, LongestRetry);
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
        Syntax.CheckResourceMetadata(options.ResourceMetadata, failures);
        failures.Require(options.ResolveAccessToken is not null, "ResolveAccessToken is null.");
        return failures.ToResult();
    }
}
