using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal.ResourceServer;

/// <summary>Validates the options. No message shows the secret.</summary>
internal sealed class IntrospectionSourceValidator : IValidateOptions<IntrospectionSourceOptions>
{
    public ValidateOptionsResult Validate(string? name, IntrospectionSourceOptions options)
    {
        var failures = new List<string>();
        if (options.Endpoint is not { IsAbsoluteUri: true, UserInfo: "" } endpoint
            || (endpoint.Scheme != Uri.UriSchemeHttps && !(endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback)))
        {
            failures.Add("Endpoint must be an absolute https address without a user name, or an http one on the loopback.");
        }

        if (string.IsNullOrEmpty(options.ClientId))
        {
            failures.Add("ClientId is empty.");
        }

        if (string.IsNullOrEmpty(options.ClientSecret))
        {
            failures.Add("ClientSecret is empty.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
