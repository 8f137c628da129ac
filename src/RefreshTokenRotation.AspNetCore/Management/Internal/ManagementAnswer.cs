using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What is answered: a status, and a JSON document or nothing.</summary>
internal sealed class ManagementAnswer
{
    public static readonly ManagementAnswer NoContent = new(StatusCodes.Status204NoContent, default);
    public static readonly ManagementAnswer Accepted = new(StatusCodes.Status202Accepted, default);
    public static readonly ManagementAnswer MethodNotAllowed = Error(StatusCodes.Status405MethodNotAllowed, "The method is not allowed here.");
    public static readonly ManagementAnswer BodyTooLarge = Error(StatusCodes.Status413PayloadTooLarge, "The body is too large.");
    public static readonly ManagementAnswer BodyTooSlow = Error(StatusCodes.Status408RequestTimeout, "The body did not arrive in time.");
    public static readonly ManagementAnswer BodyEncoded = Error(StatusCodes.Status415UnsupportedMediaType, "The body must not be encoded.");
    public static readonly ManagementAnswer ContentTypeWrong = Error(StatusCodes.Status415UnsupportedMediaType, "The Content-Type must be application/json, in UTF-8.");
    public static readonly ManagementAnswer BodyMalformed = Error(StatusCodes.Status400BadRequest, "The body must be a JSON object in which no member stands twice.");
    public static readonly ManagementAnswer OfAnotherTenant = Error(StatusCodes.Status403Forbidden, "The caller belongs to another tenant.");
    public static readonly ManagementAnswer ClientUnknown = Error(StatusCodes.Status404NotFound, "The client does not exist.");
    public static readonly ManagementAnswer RefreshTokenUnknown = Error(StatusCodes.Status404NotFound, "The refresh token does not exist.");
    public static readonly ManagementAnswer IfMatchMalformed = BadRequest("If-Match must be a list of entity tags, or *.");
    public static readonly ManagementAnswer Changed = Error(StatusCodes.Status412PreconditionFailed, "The settings have changed since they were read.");
    public static readonly ManagementAnswer Unavailable = Error(StatusCodes.Status503ServiceUnavailable, "Try the same request again later.");

    private ManagementAnswer(int statusCode, ReadOnlyMemory<byte> body, string? entityTag = null)
    {
        StatusCode = statusCode;
        Body = body;
        EntityTag = entityTag;
    }

    public int StatusCode { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public string? EntityTag { get; }

    public static ManagementAnswer Json(Action<Utf8JsonWriter> write) => new(StatusCodes.Status200OK, Write(write));

    /// <summary>A document with a tag by which a later change can say what it was made from.</summary>
    public static ManagementAnswer Tagged(ReadOnlyMemory<byte> document, string entityTag) => new(StatusCodes.Status200OK, document, entityTag);

    public static ManagementAnswer BadRequest(string message) => Error(StatusCodes.Status400BadRequest, message);

    public static ManagementAnswer Forbidden(string scope) =>
        Error(StatusCodes.Status403Forbidden, $"Insufficient scope, expected any of: {scope}");

    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    private static ManagementAnswer Error(int statusCode, string message) => new(statusCode, Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("statusCode"u8, statusCode);
        json.WriteString("error"u8, ReasonPhrases.GetReasonPhrase(statusCode));
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    }));
}
