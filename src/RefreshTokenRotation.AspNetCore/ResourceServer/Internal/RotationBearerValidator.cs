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
            failures.Require(
                Uri.TryCreate(authority, UriKind.Absolute, out var address) && IsAcceptable(address),
                $"RotationBearerOptions.Authority ('{authority}') must be an absolute https address, or http on this machine, without query and fragment.");
            failures.Require(
                options.Audiences.Count > 0,
                "RotationBearerOptions.Audiences is empty: name this API (options.Audiences.Add(\"https://api.example/\")), or it would accept tokens for others.");
        }
        else
        {
            failures.Require(
                services?.IsService(typeof(IAccessTokenIssuer)) != false,
                "No IAccessTokenIssuer is registered, and RotationBearerOptions.Authority is not set: name the issuer whose access tokens this API "
                    + "accepts, call UseJwtAccessTokens(), or register an issuer of your own.");
        }

        failures.Require(!options.Audiences.Any(string.IsNullOrEmpty), "RotationBearerOptions.Audiences contains an empty string.");
        failures.Require(
            !string.IsNullOrEmpty(options.NameClaimType) && !string.IsNullOrEmpty(options.RoleClaimType),
            "RotationBearerOptions.NameClaimType and RoleClaimType must not be empty.");
        return failures.ToResult();
    }

    private static bool IsAcceptable(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address is { Query: "", Fragment: "" };
}
