using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A response: a status, and a JSON document or nothing. By its tag, a later change can say what it was made from.</summary>
internal sealed record ManagementAnswer(int StatusCode, ReadOnlyMemory<byte> Body = default, string? EntityTag = null)
{
    public static readonly ManagementAnswer NoContent = new(StatusCodes.Status204NoContent);
    public static readonly ManagementAnswer Accepted = new(StatusCodes.Status202Accepted);
    public static readonly ManagementAnswer MethodNotAllowed = Error(StatusCodes.Status405MethodNotAllowed, "The method is not allowed here.");
    public static readonly ManagementAnswer BodyTooSlow = Error(StatusCodes.Status408RequestTimeout, "The body did not arrive in time.");
    public static readonly ManagementAnswer BodyTooLarge = Error(StatusCodes.Status413PayloadTooLarge, "The body is too large.");
    public static readonly ManagementAnswer BodyEncoded = Error(StatusCodes.Status415UnsupportedMediaType, "The body must not be encoded.");
    public static readonly ManagementAnswer ContentTypeWrong = Error(StatusCodes.Status415UnsupportedMediaType, "The Content-Type must be application/json, in UTF-8.");
    public static readonly ManagementAnswer BodyMalformed = BadRequest("The body must be a JSON object in which no member is listed twice.");
    public static readonly ManagementAnswer OfAnotherTenant = Error(StatusCodes.Status403Forbidden, "The caller belongs to another tenant.");
    public static readonly ManagementAnswer ClientUnknown = NotFound("client");
    public static readonly ManagementAnswer DeviceCredentialUnknown = NotFound("device credential");
    public static readonly ManagementAnswer GrantUnknown = NotFound("grant");
    public static readonly ManagementAnswer RefreshTokenUnknown = NotFound("refresh token");
    public static readonly ManagementAnswer UserUnknown = NotFound("user");
    public static readonly ManagementAnswer IfMatchMalformed = BadRequest("If-Match must be a list of entity tags, or *.");
    public static readonly ManagementAnswer Changed = Error(StatusCodes.Status412PreconditionFailed, "The settings have changed since they were read.");
    public static readonly ManagementAnswer Unavailable = Error(StatusCodes.Status503ServiceUnavailable, "Try the same request again later.");

    /// <summary>What is wrong with a body.</summary>
    public static ManagementAnswer Unreadable(OAuthError error) =>
        error == OAuthError.ContentEncoded ? BodyEncoded
        : error == OAuthError.ContentTypeWrong ? ContentTypeWrong
        : error == OAuthError.BodyTooLarge ? BodyTooLarge
        : error == OAuthError.BodyTooSlow ? BodyTooSlow
        : BodyMalformed;

    public static ManagementAnswer Json<T>(T body) => new(StatusCodes.Status200OK, Write(body));

    public static ManagementAnswer BadRequest(string message) => Error(StatusCodes.Status400BadRequest, message);

    public static ManagementAnswer Forbidden(string scope) => Error(StatusCodes.Status403Forbidden, $"Insufficient scope, expected any of: {scope}");

    public static ReadOnlyMemory<byte> Write<T>(T body) => JsonSerializer.SerializeToUtf8Bytes(body, ManagementJson.Of<T>());

    private static ManagementAnswer NotFound(string what) => Error(StatusCodes.Status404NotFound, $"The {what} does not exist.");

    private static ManagementAnswer Error(int statusCode, string message) =>
        new(statusCode, Write(new ManagementError(statusCode, ReasonPhrases.GetReasonPhrase(statusCode), message)));
}

/// <summary>Refuses a request from inside its work.</summary>
internal sealed class ManagementRefusedException(ManagementAnswer answer) : Exception("The request was rejected.")
{
    public ManagementRefusedException(string badRequest)
        : this(ManagementAnswer.BadRequest(badRequest))
    {
    }

    public ManagementAnswer Answer { get; } = answer;
}

/// <summary>An error.</summary>
internal sealed record ManagementError(
    [property: JsonPropertyName("statusCode")] int StatusCode,
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("message")] string Message);
