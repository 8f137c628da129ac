using System.Text.Json;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>An error response (RFC 6749 section 5.2), written once and sent many times.</summary>
internal sealed class OAuthError : IResult
{
    public static readonly OAuthError MethodNotAllowed = new(StatusCodes.Status405MethodNotAllowed, "invalid_request", "Use POST.");
    public static readonly OAuthError ContentTypeMissing = Invalid("The Content-Type is missing.");
    public static readonly OAuthError ContentTypeWrong = Invalid("The Content-Type is not accepted.");
    public static readonly OAuthError CharsetWrong = Invalid("The charset must be utf-8; with any other, the body must be ASCII.");
    public static readonly OAuthError ContentEncoded = new(StatusCodes.Status415UnsupportedMediaType, "invalid_request", "The body must not be encoded.");
    public static readonly OAuthError BodyTooLarge = new(StatusCodes.Status413PayloadTooLarge, "invalid_request", "The body is too large.");
    public static readonly OAuthError BodyMalformed = Invalid("The body is malformed.");
    public static readonly OAuthError BodyNoObject = Invalid("The body must be one JSON object.");
    public static readonly OAuthError TooManyParameters = Invalid("The body holds too many parameters.");
    public static readonly OAuthError BodyTooSlow = new(StatusCodes.Status408RequestTimeout, "invalid_request", "The body did not arrive in time.");
    public static readonly OAuthError BothAccesses = Invalid("Cannot request both online_access and offline_access scopes.");
    public static readonly OAuthError GrantTypeMissing = Invalid("The parameter grant_type is missing.");
    public static readonly OAuthError RefreshTokenMissing = Invalid("The parameter refresh_token is missing.");
    public static readonly OAuthError TokenMissing = Invalid("The parameter token is missing.");
    public static readonly OAuthError SeveralAuthentications = Invalid("Use exactly one client authentication method.");
    public static readonly OAuthError ClientIdsDiffer = Invalid("The client_id is not the one that authenticates.");
    public static readonly OAuthError AssertionIncomplete = Invalid("The parameters client_assertion and client_assertion_type belong together.");
    public static readonly OAuthError GrantTypeUnknown = new(StatusCodes.Status400BadRequest, "unsupported_grant_type", "The grant type is not supported.");
    public static readonly OAuthError GrantTypeNotAllowed = new(StatusCodes.Status400BadRequest, "unauthorized_client", "The client may not use this grant type.");
    public static readonly OAuthError ScopeInvalid = new(StatusCodes.Status400BadRequest, "invalid_scope", "The scope is malformed or exceeds what was granted.");
    public static readonly OAuthError TargetInvalid = new(StatusCodes.Status400BadRequest, "invalid_target", "The resource is unknown, malformed or was not granted.");
    public static readonly OAuthError GrantInvalid = new(StatusCodes.Status400BadRequest, "invalid_grant", "The grant is invalid or has been used.");

    public static readonly OAuthError TokenOfAnotherClient = new(StatusCodes.Status400BadRequest, "invalid_grant", "The token was issued to another client.");
    public static readonly OAuthError TokenTypeUnsupported = new(StatusCodes.Status400BadRequest, "unsupported_token_type", "This access token cannot be revoked; it expires soon.");

    public static readonly OAuthError ProofMissing = new(StatusCodes.Status400BadRequest, ProofInvalidCode, "The client must send a DPoP proof.");
    public static readonly OAuthError ProofNeedsNonce = new(StatusCodes.Status400BadRequest, NonceNeededCode, "The DPoP proof must contain the nonce of this response.");
    public static readonly OAuthError ProofNotWanted = Invalid("The client is bound to its certificate and must not send a DPoP proof.");
    public static readonly OAuthError CertificateMissing = Invalid("The client must connect with its certificate.");

    /// <summary>The client did not use the header: no challenge, because strict clients throw on one before they read the body.</summary>
    public static readonly OAuthError ClientInvalid = new(StatusCodes.Status400BadRequest, "invalid_client", "Client authentication failed.");

    /// <summary>The client used the header: the response carries a challenge (RFC 6749 section 5.2).</summary>
    public static readonly OAuthError ClientChallenged =
        new(StatusCodes.Status401Unauthorized, "invalid_client", "Client authentication failed.") { IsChallenge = true };

    public static readonly OAuthError Unavailable = new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", "Try the same request again later.");

    public static readonly OAuthError GlobalRevocationNotAllowed =
        new(StatusCodes.Status403Forbidden, "unauthorized_client", "The client may not revoke the tokens of users.");

    public static readonly OAuthError SubjectMalformed = Invalid("The body must hold sub_id: a subject identifier of the format iss_sub, email or opaque.");
    public static readonly OAuthError UserNotFound = new(StatusCodes.Status404NotFound, "user_not_found", "The subject identifier names no user.");

    public const string ProofInvalidCode = "invalid_dpop_proof";
    public const string NonceNeededCode = "use_dpop_nonce";

    private const string TokenRefused = "Unknown or invalid refresh token.";

    private static readonly OAuthError Refused400 = new(StatusCodes.Status400BadRequest, "invalid_grant", TokenRefused);
    private static readonly OAuthError Refused403 = new(StatusCodes.Status403Forbidden, "invalid_grant", TokenRefused);

    public OAuthError(int statusCode, string error, string? description, JsonObject? members = null)
    {
        StatusCode = statusCode;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("error", Printable(error));
            if (description is not null)
            {
                writer.WriteString("error_description", Printable(description));
            }

            foreach (var (name, value) in members ?? [])
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value?.ToJsonString() ?? "null");
            }

            writer.WriteEndObject();
        }

        Body = stream.ToArray();
    }

    public int StatusCode { get; }

    /// <summary>Whether the response carries a Basic challenge. An unneeded one makes browsers open a password dialog.</summary>
    public bool IsChallenge { get; private init; }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Sends status and body, uncached. The headers that <see cref="OAuthAnswer.SendAsync"/> adds (the challenge, <c>Allow</c>,
    /// <c>Retry-After</c>, <c>Connection</c>) are left to the caller.</summary>
    public Task ExecuteAsync(HttpContext httpContext) => OAuthAnswer.SendJsonAsync(httpContext, StatusCode, Body.Span).AsTask();

    /// <summary>The same whatever the cause: the caller must not learn whether the token ever existed.</summary>
    public static OAuthError RefreshTokenRefused(int statusCode) => statusCode == StatusCodes.Status403Forbidden ? Refused403 : Refused400;

    /// <summary>Names the check that a DPoP proof failed. Its sender learns nothing new.</summary>
    public static OAuthError ProofInvalid(string failure) => ProofsInvalid.GetValueOrDefault(failure) ?? ProofsInvalid[ProofFailure.Form];

    public static string DescribeProof(string failure) => ProofChecks.GetValueOrDefault(failure) ?? ProofChecks[ProofFailure.Form];

    /// <summary>A body that could not be read, with the server's status.</summary>
    public static OAuthError Unreadable(int statusCode) => statusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
        StatusCodes.Status408RequestTimeout => BodyTooSlow,
        _ => BodyMalformed,
    };

    public static OAuthError MemberWrong(string member) => Invalid($"The member {member} has the wrong type.");

    public static OAuthError Repeated(string parameter) => Invalid($"The parameter {parameter} is given more than once.");

    private static readonly Dictionary<string, string> ProofChecks = new(StringComparer.Ordinal)
    {
        [ProofFailure.Form] = "The DPoP proof must be one signed JWT of type dpop+jwt.",
        [ProofFailure.Key] = "The DPoP proof has no public key (jwk), or its algorithm is not accepted.",
        [ProofFailure.Signature] = "The signature of the DPoP proof is wrong.",
        [ProofFailure.Method] = "The DPoP proof is for another method (htm).",
        [ProofFailure.Address] = "The DPoP proof is for another address (htu).",
        [ProofFailure.AccessToken] = "The DPoP proof is for another access token (ath).",
        [ProofFailure.Id] = "The DPoP proof has no id (jti), or one that is too long.",
        [ProofFailure.Clock] = "The DPoP proof is too old or too new (iat, exp, nbf). Check the clock.",
        [ProofFailure.Replay] = "The DPoP proof was used before (jti). Each request needs a new one.",
    };

    private static readonly Dictionary<string, OAuthError> ProofsInvalid = ProofChecks.ToDictionary(
        static check => check.Key, static check => new OAuthError(StatusCodes.Status400BadRequest, ProofInvalidCode, check.Value), StringComparer.Ordinal);

    private static OAuthError Invalid(string description) => new(StatusCodes.Status400BadRequest, "invalid_request", description);

    /// <summary>Either member may contain only %x20-21 / 23-5B / 5D-7E.</summary>
    private static string Printable(string text) =>
        string.Create(text.Length, text, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                span[i] = text[i] is >= ' ' and <= '~' and not '"' and not '\\' ? text[i] : '?';
            }
        });
}

/// <summary>Refuses a request from inside its work.</summary>
internal sealed class RefusedException(OAuthError error) : Exception("The request was rejected.")
{
    public OAuthError Error { get; } = error;

    /// <summary>What the engine counts and reports, where the work is a callback of it.</summary>
    public RejectionReason Reason { get; } = error == OAuthError.TargetInvalid ? RejectionReason.InvalidTarget
        : error == OAuthError.ScopeInvalid ? RejectionReason.InvalidScope
        : RejectionReason.Refused;
}
