using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<EntityFrameworkCoreStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, EntityFrameworkCoreStoreOptions options)
    {
        var failures = new List<string>();
        failures.RequireServer(options.PolicyCacheTime, options.CommandTimeout, options.RevocationTimeout);
        return failures.ToResult();
    }
}
