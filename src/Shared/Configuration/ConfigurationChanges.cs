using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace RefreshTokenRotation.Configuration;

/// <summary>Lets options follow a configuration that changes.</summary>
internal sealed class ConfigurationChanges<T>(IConfiguration configuration) : IOptionsChangeTokenSource<T>
{
    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => configuration.GetReloadToken();
}
