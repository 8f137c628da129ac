using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class EndpointOptionsValidator : IValidateOptions<RefreshTokenEndpointOptions>
{
    private const int SmallestBody = 1024;
    private const int LargestBody = 1024 * 1024;

    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestAssertion = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAssertion = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RefreshTokenEndpointOptions options)
    {
        var failures = new List<string>(options.ConfigurationFailures);
        CheckPaths(options, failures);
        if (options.Issuer is { } issuer && !IsIssuer(issuer))
        {
            failures.Add($"Issuer ('{issuer}') must be an absolute http or https address without query and fragment.{ListeningAddress.Explain(issuer)}");
        }

        if (options.RefusedTokenStatusCode is not (StatusCodes.Status400BadRequest or StatusCodes.Status403Forbidden))
        {
            failures.Add($"RefusedTokenStatusCode ({options.RefusedTokenStatusCode}) must be 400 or 403.");
        }

        if (options.MaximumBodySize is < SmallestBody or > LargestBody)
        {
            failures.Add($"MaximumBodySize ({options.MaximumBodySize}) must be between {SmallestBody} and {LargestBody}.");
        }

        var retry = options.RetryAfter;
        if (retry < ShortestRetry || retry > LongestRetry || retry.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            failures.Add($"RetryAfter ({retry}) must be between {ShortestRetry} and {LongestRetry}, in whole seconds.");
        }

        if (options.AssertionLifetime < ShortestAssertion || options.AssertionLifetime > LongestAssertion)
        {
            failures.Add($"AssertionLifetime ({options.AssertionLifetime}) must be between {ShortestAssertion} and {LongestAssertion}.");
        }

        ClientValidator.Check(options.Clients, failures);
        failures.AddRange(options.Clients.Select(client => CheckSender(client, options)).OfType<string>());
        ApiValidator.Check(options.Apis, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    public static bool IsIssuer(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && !issuer.AsSpan().ContainsAny('?', '#')
        && ListeningAddress.Explain(issuer).Length == 0;

    /// <summary>A client that must prove what nobody verifies could never get a token.</summary>
    private static string? CheckSender(OAuthClient? client, RefreshTokenEndpointOptions options) => client?.SenderConstraint switch
    {
        SenderConstraint.DPoP when !options.TakesProofs =>
            $"Clients['{client.ClientId}'] has the SenderConstraint DPoP, and AddDPoP was not called.",
        SenderConstraint.MutualTls when !options.TakesCertificates =>
            $"Clients['{client.ClientId}'] has the SenderConstraint MutualTls, and AddMutualTls was not called.",
        { } constraint when !Enum.IsDefined(constraint) => $"Clients['{client.ClientId}'].SenderConstraint ({constraint}) is not a named constraint.",
        _ => null,
    };

    private static void CheckPaths(RefreshTokenEndpointOptions options, List<string> failures)
    {
        (string Option, string? Path)[] paths =
        [
            (nameof(options.TokenPath), options.TokenPath),
            (nameof(options.RevocationPath), options.RevocationPath),
            (nameof(options.IntrospectionPath), options.IntrospectionPath),
            (nameof(options.GlobalRevocationPath), options.GlobalRevocationPath),
            (nameof(options.MetadataPath), options.MetadataPath),
            (nameof(options.JwksPath), options.JwksPath),
        ];
        failures.AddRange(paths
            .Where(static entry => entry.Path is not { Length: >= 2 } path || path[0] != '/' || path.AsSpan().ContainsAny('?', '#'))
            .Select(static entry => $"{entry.Option} ('{entry.Path}') must be a path that begins with '/', without query and fragment."));
        failures.AddRange(paths
            .GroupBy(static entry => entry.Path, StringComparer.OrdinalIgnoreCase)
            .Where(static same => same.Count() > 1)
            .Select(static same => $"{string.Join(" and ", same.Select(static entry => entry.Option))} are the same path ('{same.Key}')."));
    }
}

/// <summary>The bounds of resource servers in the options.</summary>
internal static class ApiValidator
{
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);

    public static void Check(IList<OAuthApi> apis, List<string> failures)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < apis.Count; i++)
        {
            if (apis[i] is not { } api)
            {
                failures.Add($"Apis[{i}] is null.");
                continue;
            }

            if (!Syntax.IsResource(api.Audience))
            {
                failures.Add(
                    $"Apis[{i}].Audience ('{api.Audience}') must be an absolute address without fragment, of at most {RequestLimits.ResourceLength} characters.");
            }
            else if (!known.Add(ResourceIdentifier.Normalize(api.Audience)))
            {
                failures.Add($"Apis[{i}].Audience ('{api.Audience}') is listed twice.");
            }

            if (api.AccessTokenLifetime < ShortestLifetime)
            {
                failures.Add($"Apis[{i}].AccessTokenLifetime ({api.AccessTokenLifetime}) must be at least {ShortestLifetime}.");
            }

            if (api.Scopes is null || !api.Scopes.All(Syntax.IsScope))
            {
                failures.Add($"Apis[{i}].Scopes must hold scope-tokens of 1 to {RequestLimits.ScopeLength} characters (RFC 6749 section 3.3).");
            }
        }
    }
}
