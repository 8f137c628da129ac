using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options of a scheme. Each message names the option and its value.</summary>
internal sealed class RotationBearerValidator(IServiceProviderIsService? services = null) : IValidateOptions<RotationBearerOptions>
{
    public ValidateOptionsResult Validate(string? name, RotationBearerOptions options)
    {
        var failures = new List<string>();
        if (options.Authority is { } authority)
        {
            if (!Uri.TryCreate(authority, UriKind.Absolute, out var address) || !IsAcceptable(address))
            {
                failures.Add($"RotationBearerOptions.Authority ('{authority}') must be an absolute https address, or http on this machine, without query and fragment.");
            }

            if (options.Audiences.Count == 0)
            {
                failures.Add("RotationBearerOptions.Audiences is empty: name this API (options.Audiences.Add(\"https://api.example/\")), or it would accept "
                    + "tokens for others.");
            }
        }
        else if (services?.IsService(typeof(IAccessTokenIssuer)) == false)
        {
            failures.Add("No IAccessTokenIssuer is registered, and RotationBearerOptions.Authority is not set: name the issuer whose access tokens this API "
                + "accepts, call UseJwtAccessTokens(), or register an issuer of your own.");
        }

        if (options.Audiences.Any(string.IsNullOrEmpty))
        {
            failures.Add("RotationBearerOptions.Audiences holds an empty text.");
        }

        if (string.IsNullOrEmpty(options.NameClaimType) || string.IsNullOrEmpty(options.RoleClaimType))
        {
            failures.Add("RotationBearerOptions.NameClaimType and RoleClaimType must not be empty.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsAcceptable(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address is { Query: "", Fragment: "" };
}
