using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>Reads the members of an object. It keeps the first thing that is wrong: look at <see cref="Error"/> when everything has been read.</summary>
internal sealed class JsonMembers
{
    private readonly JsonElement _object;

    public JsonMembers(JsonElement value, params ReadOnlySpan<string> known)
    {
        _object = value;
        foreach (var member in value.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                Fail($"The member '{Texts.Shown(member.Name)}' is unknown; known are {string.Join(", ", known!)}.");
            }
        }
    }

    public string? Error { get; private set; }

    public bool Has(string name) => _object.TryGetProperty(name, out _);

    public bool TryGet(string name, out JsonElement value) => _object.TryGetProperty(name, out value);

    /// <summary>A text, or null if it is not there.</summary>
    public string? Text(string name, int maxLength = RequestLimits.IdentifierLength)
    {
        if (!_object.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && Texts.IsFit(text, maxLength))
        {
            return text;
        }

        Fail($"{name} {Texts.Bound(maxLength)}.");
        return null;
    }

    public void Fail(string message) => Error ??= message;
}
