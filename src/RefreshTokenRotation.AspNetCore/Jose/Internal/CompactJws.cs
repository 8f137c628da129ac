using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A signed JWT in compact form (RFC 7515 section 7.1), taken apart. Nothing in it is true before its signature is verified.</summary>
internal sealed class CompactJws
{
    /// <summary>Parsers disagree on which of two members of one name counts: duplicates are rejected (RFC 8725 section 2.4 shows what follows otherwise).</summary>
    internal static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private CompactJws(JsonElement header, JsonElement payload, byte[] signedBytes, byte[] signature) =>
        (Header, Payload, SignedBytes, Signature) = (header, payload, signedBytes, signature);

    public JsonElement Header { get; }

    public JsonElement Payload { get; }

    public byte[] SignedBytes { get; }

    public byte[] Signature { get; }

    public string? Algorithm => Text(Header, "alg");

    public string? KeyId => Text(Header, "kid");

    /// <summary>The media type without its prefix (RFC 7515 section 4.1.9); null if the header names none.</summary>
    public string? Type => Text(Header, "typ") is { } type
        ? type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) ? type["application/".Length..] : type
        : null;

    /// <summary>Takes a token apart; null if it is not a signed JWT, or requires an extension (<c>crit</c>): none is supported.</summary>
    public static CompactJws? Parse(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3
            || Decode(parts[0]) is not { } header
            || Decode(parts[1]) is not { } payload
            || Decode(parts[2]) is not { Length: > 0 } signature)
        {
            return null;
        }

        return ParseObject(header) is { } headerObject && ParseObject(payload) is { } payloadObject && !headerObject.TryGetProperty("crit", out _)
            ? new CompactJws(headerObject, payloadObject, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature)
            : null;
    }

    /// <summary>A JSON object that every parser reads alike; null if the bytes are none.</summary>
    public static JsonElement? ParseObject(byte[] json)
    {
        try
        {
            var parsed = JsonElement.Parse(json, Strict);
            return parsed.ValueKind == JsonValueKind.Object && IsText(parsed) ? parsed : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads every name and text once, so that invalid Unicode throws here and not where it is used.</summary>
    private static bool IsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(static member => member.Name is not null && IsText(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(IsText),
        JsonValueKind.String => value.GetString() is not null,
        _ => true,
    };

    public static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static double? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    /// <summary>Decodes base64url without padding or white space; null if the text is not that.</summary>
    public static byte[]? Decode(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyExcept(Alphabet))
        {
            return null;
        }

        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
