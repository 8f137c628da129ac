using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Shows the access token to the authorization server (RFC 7662). An inactive one may have expired by that server's clock, or lack
/// what it wants to see: it says nothing about the family.</summary>
internal sealed class IntrospectionSource(IHttpClientFactory clients, IOptions<IntrospectionSourceOptions> options) : IAccessTokenStatusSource
{
    private readonly Uri? _endpoint = options.Value.Endpoint;
    private readonly AuthenticationHeaderValue _authorization = new(
        "Basic",
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{FormEncode(options.Value.ClientId)}:{FormEncode(options.Value.ClientSecret)}")));

    public async ValueTask<AccessTokenStatus> GetStatusAsync(AccessTokenStatusRequest request, CancellationToken cancellationToken)
    {
        var token = request.AccessToken
            ?? throw new InvalidOperationException("The request has no access token to introspect: set ResourceServerOptions.ResolveAccessToken.");
        using var message = new HttpRequestMessage(HttpMethod.Post, _endpoint)
        {
            Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]),
            Headers = { Authorization = _authorization, Accept = { new("application/json") } },
        };
        var client = clients.CreateClient(ResourceServerBuilder.IntrospectionClientName);
        using var response = await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"The introspection endpoint returned {(int)response.StatusCode}.", null, response.StatusCode);
        }

        return IsActive(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), request.FamilyId)
            ? AccessTokenStatus.Active
            : AccessTokenStatus.Inactive;
    }

    /// <summary>An answer about another family says nothing about this one: the token that was shown is not the one that was authenticated.</summary>
    private static bool IsActive(byte[] body, Guid familyId)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("active"u8, out var active)
                && active.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? active.GetBoolean() && IsOf(root, familyId)
            : throw new JsonException("The introspection endpoint's response has no member 'active' that is true or false.");
    }

    private static bool IsOf(JsonElement answer, Guid familyId) =>
        answer.TryGetProperty("rtr_fid"u8, out var named)
            ? named.ValueKind == JsonValueKind.String && Guid.TryParse(named.GetString(), CultureInfo.InvariantCulture, out var family) && family == familyId
            : throw new JsonException("The introspection endpoint's response has no member 'rtr_fid', so it does not say which family the token belongs to.");

    /// <summary>RFC 6749 section 2.3.1: as in a form, and only then base64.</summary>
    private static string FormEncode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}

/// <summary>Validates the options. No message shows the secret.</summary>
internal sealed class IntrospectionSourceValidator : IValidateOptions<IntrospectionSourceOptions>
{
    public ValidateOptionsResult Validate(string? name, IntrospectionSourceOptions options)
    {
        var failures = new List<string>();
        failures.Require(
            options.Endpoint is { IsAbsoluteUri: true, UserInfo: "" } endpoint
                && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback)),
            "UseIntrospection: Endpoint must be an absolute https address without a user name, or an http one on the loopback.");
        failures.Require(!string.IsNullOrEmpty(options.ClientId), "UseIntrospection: ClientId is empty.");
        failures.Require(!string.IsNullOrEmpty(options.ClientSecret), "UseIntrospection: ClientSecret is empty.");
        return failures.ToResult();
    }
}
