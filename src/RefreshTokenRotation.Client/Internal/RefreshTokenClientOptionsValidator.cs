using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Client;

/// <summary>The bounds of the options, and what excludes each other.</summary>
internal sealed class RefreshTokenClientOptionsValidator : IValidateOptions<RefreshTokenClientOptions>
{
    public ValidateOptionsResult Validate(string? name, RefreshTokenClientOptions options)
    {
        var failures = new List<string>();
        failures.Require(options.ClientId.Length > 0, $"Client '{name}' has no ClientId.");
        failures.Require(options.Authority is not null || options.TokenEndpoint is not null, $"Client '{name}' has neither Authority nor TokenEndpoint.");
        failures.Require(
            options.ClientSecret is null || options.AssertionKey is null,
            $"Client '{name}' has both ClientSecret and AssertionKey: use exactly one client authentication method.");
        CheckAddress(nameof(options.Authority), options.Authority);
        CheckAddress(nameof(options.TokenEndpoint), options.TokenEndpoint);
        CheckAddress(nameof(options.RevocationEndpoint), options.RevocationEndpoint);
        CheckBounds(nameof(options.Leeway), options.Leeway, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        CheckBounds(nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2));
        CheckBounds(nameof(options.RefreshAhead), options.RefreshAhead, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckBounds(nameof(options.DefaultLifetime), options.DefaultLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        return failures.ToResult();

        void CheckAddress(string member, Uri? address) => failures.Require(
            address is null || (address.IsAbsoluteUri && ServerMetadata.IsSecure(address)),
            $"{member} of client '{name}' is '{address}': it must be an absolute https address, or http on the loopback.");

        void CheckBounds(string member, TimeSpan value, TimeSpan least, TimeSpan most) =>
            failures.Require(value >= least && value <= most, $"{member} of client '{name}' is {value}: it must be between {least} and {most}.");
    }
}
