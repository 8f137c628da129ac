using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads new metadata. Their bounds are the library's own.</summary>
internal static class MetadataPatch
{
    /// <summary>Reads the body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="metadata">All of the new metadata; empty clears.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(JsonElement body, out Dictionary<string, string> metadata)
    {
        metadata = new(StringComparer.Ordinal);
        var members = new JsonMembers(body, RefreshTokenJson.Metadata);
        if (members.Error is { } error)
        {
            return error;
        }

        if (!members.TryGet(RefreshTokenJson.Metadata, out var value) || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            return $"The body must hold {RefreshTokenJson.Metadata}, an object or null.";
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        foreach (var entry in value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
            {
                return $"{RefreshTokenJson.Metadata} must hold texts only; '{Texts.Shown(entry.Name)}' is none.";
            }

            metadata[entry.Name] = entry.Value.GetString()!;
        }

        return null;
    }

    /// <summary>The library's message with the member's name.</summary>
    public static string Translate(ArgumentException fault)
    {
        var text = PolicyMessages.WithoutParameter(fault, fault.Message);
        return text.StartsWith("metadata ", StringComparison.Ordinal) ? "refresh_token_" + text : text;
    }
}
