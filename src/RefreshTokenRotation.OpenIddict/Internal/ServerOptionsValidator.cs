using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.OpenIddict.Internal;

internal sealed class ServerOptionsValidator : IValidateOptions<OpenIddictServerOptions>
{
    public ValidateOptionsResult Validate(string? name, OpenIddictServerOptions options) =>
        options.EnableDegradedMode ? ValidateOptionsResult.Fail("Refresh token rotation needs OpenIddict's token entries: EnableDegradedMode must be off.")
        : options.DisableTokenStorage ? ValidateOptionsResult.Fail("Refresh token rotation needs OpenIddict's token entries: DisableTokenStorage must be off.")
        : ValidateOptionsResult.Success;
}
