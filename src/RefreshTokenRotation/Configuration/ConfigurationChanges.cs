using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace RefreshTokenRotation.Configuration;

/// <summary>Lets the options follow a configuration that changes.</summary>
internal sealed class ConfigurationChanges(IConfiguration configuration) : IOptionsChangeTokenSource<RefreshTokenRotationOptions>
{
    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => configuration.GetReloadToken();
}
