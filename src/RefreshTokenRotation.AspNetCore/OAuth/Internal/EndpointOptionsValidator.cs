using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class EndpointOptionsValidator : IValidateOptions<RefreshTokenEndpointOptions>
{
    public ValidateOptionsResult Validate(string? name, RefreshTokenEndpointOptions options)
    {
        var failures = new List<string>(options.ConfigurationFailures);
        CheckPaths(options, failures);
        failures.Require(
            options.Issuer is not { } issuer || IsIssuer(issuer),
            $"Issuer ('{options.Issuer}') must be an absolute http or https address without query and fragment.{ListeningAddress.Explain(options.Issuer)}");
        failures.Require(
            options.RefusedTokenStatusCode is StatusCodes.Status400BadRequest or StatusCodes.Status403Forbidden,
            $"RefusedTokenStatusCode ({options.RefusedTokenStatusCode}) must be 400 or 403.");
        failures.RequireBetween(nameof(options.MaximumBodySize), options.MaximumBodySize, 1024, 1024 * 1024);
        failures.RequireWholeSeconds(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        failures.RequireBetween(nameof(options.AssertionLifetime), options.AssertionLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        ClientValidator.Check(options.Clients, failures);
        failures.AddRange(options.Clients.Select(client => CheckSender(client, options)).OfType<string>());
        ApiValidator.Check(options.Apis, failures);
        return failures.ToResult();
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
            $"Clients['{client.ClientId}'] has the SenderConstraint DPoP, but AddDPoP was not called.",
        SenderConstraint.MutualTls when !options.TakesCertificates =>
            $"Clients['{client.ClientId}'] has the SenderConstraint MutualTls, but AddMutualTls was not called.",
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

            var isResource = Syntax.IsResource(api.Audience);
            failures.Require(
                isResource, $"Apis[{i}].Audience ('{api.Audience}') must be an absolute address without fragment, of at most {RequestLimits.ResourceLength} characters.");
            failures.Require(!isResource || known.Add(ResourceIdentifier.Normalize(api.Audience)), $"Apis[{i}].Audience ('{api.Audience}') is listed twice.");
            failures.Require(
                !(api.AccessTokenLifetime < ShortestLifetime), $"Apis[{i}].AccessTokenLifetime ({api.AccessTokenLifetime}) must be at least {ShortestLifetime}.");
            failures.Require(
                api.Scopes?.All(TextForm.IsScope) == true, $"Apis[{i}].Scopes must hold scope-tokens of 1 to {RequestLimits.ScopeLength} characters (RFC 6749 section 3.3).");
        }
    }
}
