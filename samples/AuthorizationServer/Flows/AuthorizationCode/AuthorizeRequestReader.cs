using System.Globalization;
using System.Text.RegularExpressions;
using AuthorizationServer.Clients;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>Reads a request at <c>/authorize</c> (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1).</summary>
internal sealed partial class AuthorizeRequestReader(ClientDirectory clients, ServerSettings settings)
{
    private const int LongestNonce = 2000;

    private static readonly string[] KnownPrompts = ["none", "login", "consent", "select_account"];

    public AuthorizeReading Read(RequestParameters parameters)
    {
        // First check the client and its address: until then no error may leave this server.
        if (clients.Find(parameters["client_id"]) is not { } client)
        {
            return new AuthorizeReading.Untrusted("There is no such client.");
        }

        if (parameters["redirect_uri"] is not { } redirectUri || !client.RedirectUris.Contains(redirectUri))
        {
            return new AuthorizeReading.Untrusted("The callback address is not one that the client has registered.");
        }

        var mode = ResponseModes.Find(parameters["response_mode"]);
        if (mode == ResponseMode.WebMessage && !client.WebOrigins.Contains(Addresses.OriginOf(redirectUri)))
        {
            return new AuthorizeReading.Untrusted("The client has not registered this origin for responses by message.");
        }

        var answer = new AuthorizeAnswer(client, redirectUri, mode ?? ResponseMode.Query, parameters["state"], settings.Issuer!);
        return mode is null
            ? new AuthorizeReading.Refused(answer, "invalid_request", $"response_mode must be one of: {string.Join(", ", ResponseModes.Names)}.")
            : Read(client, answer, parameters);
    }

    private AuthorizeReading Read(ClientSettings client, AuthorizeAnswer answer, RequestParameters parameters)
    {
        AuthorizeReading.Refused Refuse(string error, string description) => new(answer, error, description);

        if (parameters.Repeated is not null)
        {
            return Refuse("invalid_request", "A parameter is given more than once.");
        }

        if (parameters["nonce"]?.Length > LongestNonce)
        {
            return Refuse("invalid_request", "The nonce is too long.");
        }

        if (parameters["request"] is not null || parameters["request_uri"] is not null)
        {
            return Refuse(parameters["request"] is null ? "request_uri_not_supported" : "request_not_supported", "Send plain parameters.");
        }

        if (parameters["response_type"] != "code")
        {
            return Refuse("unsupported_response_type", "response_type must be code.");
        }

        if (!client.GrantTypes.Contains("authorization_code"))
        {
            return Refuse("unauthorized_client", "The client may not use this flow.");
        }

        if (PkceError(client, parameters) is { } pkceError)
        {
            return Refuse("invalid_request", pkceError);
        }

        if (clients.FindApis(client, [.. parameters.All("audience"), .. parameters.All("resource")]) is not { } resources)
        {
            return Refuse("invalid_target", "There is no such resource server.");
        }

        var requested = parameters.Words("scope");
        if (!requested.All(scope => ScopeToken().IsMatch(scope)))
        {
            return Refuse("invalid_scope", "The scope contains a character that is not allowed.");
        }

        var prompts = parameters.Words("prompt");
        if (prompts.Except(KnownPrompts).Any() || (prompts.Contains("none") && prompts.Count > 1))
        {
            return Refuse("invalid_request", "prompt is unknown, or none is combined with another value.");
        }

        if (parameters["max_age"] is { } seconds && !int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return Refuse("invalid_request", "max_age must be a number of seconds.");
        }

        return new AuthorizeReading.Valid(new AuthorizeRequest(client, answer, parameters)
        {
            Scopes = clients.Grantable(requested, resources),
            Resources = resources,
            Prompts = prompts,
            MaximumAge = parameters["max_age"] is { } age ? TimeSpan.FromSeconds(int.Parse(age, CultureInfo.InvariantCulture)) : null,
        });
    }

    /// <summary>A public client must send an S256 challenge, and a confidential one that or an OpenID Connect nonce: without either, nobody notices that a code was
    /// swapped. <c>plain</c> is refused to everybody: it would be a way round it (RFC 9700 section 2.1.1).</summary>
    private static string? PkceError(ClientSettings client, RequestParameters parameters)
    {
        var challenge = parameters["code_challenge"];
        var method = parameters["code_challenge_method"];
        if (challenge is null && method is null)
        {
            return client.IsPublic ? "code_challenge is missing."
                : parameters["nonce"] is null || !parameters.Words("scope").Contains("openid") ? "code_challenge is missing, or nonce and the scope openid."
                : null;
        }

        return method != "S256" ? "code_challenge_method must be S256."
            : challenge is null || !Challenge().IsMatch(challenge) ? "code_challenge must be 43 characters of base64url."
            : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{43}\z")]
    private static partial Regex Challenge();

    [GeneratedRegex(@"^[\x21\x23-\x5B\x5D-\x7E]{1,280}\z")]
    private static partial Regex ScopeToken();
}
