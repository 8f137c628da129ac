using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Client;

/// <summary>The bounds of the options, and what excludes each other.</summary>
internal sealed class RefreshTokenClientOptionsValidator : IValidateOptions<RefreshTokenClientOptions>
{
    public ValidateOptionsResult Validate(string? name, RefreshTokenClientOptions options)
    {
        var failures = new List<string>();
        if (options.ClientId.Length == 0)
        {
            failures.Add($"Client '{name}' has no ClientId.");
        }

        if (options.Authority is null && options.TokenEndpoint is null)
        {
            failures.Add($"Client '{name}' has neither Authority nor TokenEndpoint.");
        }

        if (options.ClientSecret is not null && options.AssertionKey is not null)
        {
            failures.Add($"Client '{name}' has both ClientSecret and AssertionKey: use exactly one client authentication method.");
        }

        CheckAddress(nameof(options.Authority), options.Authority);
        CheckAddress(nameof(options.TokenEndpoint), options.TokenEndpoint);
        CheckAddress(nameof(options.RevocationEndpoint), options.RevocationEndpoint);
        CheckBounds(nameof(options.Leeway), options.Leeway, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        CheckBounds(nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2));
        CheckBounds(nameof(options.RefreshAhead), options.RefreshAhead, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckBounds(nameof(options.DefaultLifetime), options.DefaultLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckAddress(string member, Uri? address)
        {
            if (address is not null && (!address.IsAbsoluteUri || !ServerMetadata.IsSecure(address)))
            {
                failures.Add($"{member} of client '{name}' is '{address}': it must be an absolute https address, or http on the loopback.");
            }
        }

        void CheckBounds(string member, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                failures.Add($"{member} of client '{name}' is {value}: it must be between {least} and {most}.");
            }
        }
    }
}
