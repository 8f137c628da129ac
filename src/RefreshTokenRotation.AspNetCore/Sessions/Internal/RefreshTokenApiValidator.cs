using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options at start, and that there is an issuer of access tokens.</summary>
internal sealed class RefreshTokenApiValidator(IServiceProviderIsService? services = null) : IValidateOptions<RefreshTokenApiOptions>
{
    private const int MaxCookieName = 64;

    public ValidateOptionsResult Validate(string? name, RefreshTokenApiOptions options)
    {
        var failures = new List<string>();
        failures.Require(
            options.ClientId is { Length: >= 1 and <= RequestLimits.IdentifierLength } && !options.ClientId.Any(char.IsControl),
            $"ClientId ('{options.ClientId}') must be 1 to {RequestLimits.IdentifierLength} characters, none a control character.");
        failures.Require(Enum.IsDefined(options.Transport), $"Transport ({options.Transport}) must be Body or Cookie.");
        failures.Require(
            options.CookieName is { Length: >= 1 and <= MaxCookieName } && options.CookieName.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'),
            $"CookieName ('{options.CookieName}') must be 1 to {MaxCookieName} characters of A-Za-z0-9_-.");
        failures.AddRange(options.AllowedOrigins.Where(static origin => !IsOrigin(origin)).Select(static origin =>
            $"AllowedOrigins ('{origin}') must be an origin such as https://app.example, without a path."));
        failures.Require(
            services?.IsService(typeof(IAccessTokenIssuer)) != false,
            "No IAccessTokenIssuer is registered: call UseJwtAccessTokens(...) of RefreshTokenRotation.Jwt, or register one of your own.");
        return failures.ToResult();
    }

    private static bool IsOrigin(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
        && uri.GetLeftPart(UriPartial.Authority) == origin;
}

/// <summary>Says that the log-in API was added and never mapped.</summary>
internal sealed class UnmappedApiWarning(RefreshTokenCarrier carrier, ILogger<UnmappedApiWarning> logger) : StartedService
{
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!carrier.IsMapped)
        {
            logger.ApiIsNotMapped();
        }

        return Task.CompletedTask;
    }
}
