using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class ResourceServerValidator(IOptions<TenantOptions> tenants) : IValidateOptions<ResourceServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ResourceServerOptions options)
    {
        var failures = new List<string>();
        failures.RequireBetween(nameof(options.CacheTime), options.CacheTime, TimeSpan.Zero, TimeSpan.FromHours(1));
        failures.RequireBetween(nameof(options.SourceTimeout), options.SourceTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        failures.RequireBetween(nameof(options.CacheEntries), options.CacheEntries, 100, 10_000_000);
        failures.RequireWholeSeconds(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
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
