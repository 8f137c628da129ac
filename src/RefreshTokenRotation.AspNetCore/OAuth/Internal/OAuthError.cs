using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>An error answer (RFC 6749 section 5.2), written once and sent many times.</summary>
internal sealed class OAuthError
{
    public static readonly OAuthError MethodNotAllowed = new(StatusCodes.Status405MethodNotAllowed, "invalid_request", "Use POST.");
    public static readonly OAuthError ContentTypeMissing = Invalid("The Content-Type is missing.");
    public static readonly OAuthError ContentTypeWrong = Invalid("The Content-Type is not accepted.");
    public static readonly OAuthError CharsetWrong = Invalid("The charset must be utf-8.");
    public static readonly OAuthError ContentEncoded = new(StatusCodes.Status415UnsupportedMediaType, "invalid_request", "The body must not be encoded.");
    public static readonly OAuthError BodyTooLarge = new(StatusCodes.Status413PayloadTooLarge, "invalid_request", "The body is too large.");
    public static readonly OAuthError BodyMalformed = Invalid("The body is malformed.");
    public static readonly OAuthError GrantTypeMissing = Invalid("The parameter grant_type is missing.");
    public static readonly OAuthError RefreshTokenMissing = Invalid("The parameter refresh_token is missing.");
    public static readonly OAuthError TokenMissing = Invalid("The parameter token is missing.");
    public static readonly OAuthError SeveralAuthentications = Invalid("The client must authenticate in one way.");
    public static readonly OAuthError ClientIdsDiffer = Invalid("The client_id is not the one that authenticates.");
    public static readonly OAuthError AssertionIncomplete = Invalid("The parameters client_assertion and client_assertion_type belong together.");
    public static readonly OAuthError GrantTypeUnknown = new(StatusCodes.Status400BadRequest, "unsupported_grant_type", "The grant type is not supported.");
    public static readonly OAuthError GrantTypeNotAllowed = new(StatusCodes.Status400BadRequest, "unauthorized_client", "The client may not use this grant type.");
    public static readonly OAuthError ScopeInvalid = new(StatusCodes.Status400BadRequest, "invalid_scope", "The scope is malformed or exceeds what was granted.");
    public static readonly OAuthError TargetInvalid = new(StatusCodes.Status400BadRequest, "invalid_target", "The resource is unknown, malformed or was not granted.");
    public static readonly OAuthError GrantInvalid = new(StatusCodes.Status400BadRequest, "invalid_grant", "The grant is invalid or has been used.");

    public static readonly OAuthError TokenOfAnotherClient = new(StatusCodes.Status400BadRequest, "invalid_grant", "The token was issued to another client.");
    public static readonly OAuthError TokenTypeUnsupported = new(StatusCodes.Status400BadRequest, "unsupported_token_type", "Access tokens can not be revoked; they end soon.");

    public static readonly OAuthError ProofInvalid = new(StatusCodes.Status400BadRequest, ProofInvalidCode, "The DPoP proof is invalid.");
    public static readonly OAuthError ProofMissing = new(StatusCodes.Status400BadRequest, ProofInvalidCode, "The client must send a DPoP proof.");
    public static readonly OAuthError ProofNeedsNonce = new(StatusCodes.Status400BadRequest, NonceNeededCode, "The DPoP proof must hold the nonce of this answer.");
    public static readonly OAuthError ProofNotWanted = Invalid("The client proves its certificate, and no DPoP key.");
    public static readonly OAuthError CertificateMissing = Invalid("The client must use its certificate.");

    /// <summary>The client did not authenticate, or not by the header: no challenge, for strict clients throw on one before they read the body.</summary>
    public static readonly OAuthError ClientInvalid = new(StatusCodes.Status400BadRequest, "invalid_client", "Client authentication failed.");

    /// <summary>The client tried by the header: the answer challenges (RFC 6749 section 5.2).</summary>
    public static readonly OAuthError ClientChallenged = new(StatusCodes.Status401Unauthorized, "invalid_client", "Client authentication failed.");

    public static readonly OAuthError Unavailable = new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", "Try the same request again later.");

    public const string ProofInvalidCode = "invalid_dpop_proof";
    public const string NonceNeededCode = "use_dpop_nonce";

    private const string TokenRefused = "Unknown or invalid refresh token.";

    private static readonly OAuthError Refused400 = new(StatusCodes.Status400BadRequest, "invalid_grant", TokenRefused);
    private static readonly OAuthError Refused403 = new(StatusCodes.Status403Forbidden, "invalid_grant", TokenRefused);

    public OAuthError(int statusCode, string error, string? description)
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

            writer.WriteEndObject();
        }

        Body = stream.ToArray();
    }

    public int StatusCode { get; }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whatever the cause: who presents a token must not learn whether it ever was one.</summary>
    public static OAuthError RefreshTokenRefused(int statusCode) => statusCode == StatusCodes.Status403Forbidden ? Refused403 : Refused400;

    public static OAuthError Repeated(string parameter) => Invalid($"The parameter {parameter} is given more than once.");

    private static OAuthError Invalid(string description) => new(StatusCodes.Status400BadRequest, "invalid_request", description);

    /// <summary>Only %x20-21 / 23-5B / 5D-7E may stand in either member.</summary>
    private static string Printable(string text) =>
        string.Create(text.Length, text, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                span[i] = text[i] is >= ' ' and <= '~' and not '"' and not '\\' ? text[i] : '?';
            }
        });
}
