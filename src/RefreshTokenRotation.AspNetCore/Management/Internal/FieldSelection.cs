using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>Which members of a resource are shown: <c>fields</c> names them, or with <c>include_fields=false</c> those that are left out.</summary>
internal readonly struct FieldSelection
{
    private const int MaxLength = 1000;

    private readonly string[]? _names;
    private readonly bool _include;

    private FieldSelection(string[]? names, bool include)
    {
        _names = names;
        _include = include;
    }

    public static FieldSelection Read(QueryReader query, params ReadOnlySpan<string> known)
    {
        var names = query.Text("fields", MaxLength)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names ?? [])
        {
            if (!known.Contains(name))
            {
                query.Fail($"The parameter fields names '{Texts.Shown(name)}', which is unknown; known are {string.Join(", ", known!)}.");
            }
        }

        return new FieldSelection(names, query.Flag("include_fields", otherwise: true));
    }

    public bool Shows(string name) => _names is null || _names.Contains(name, StringComparer.Ordinal) == _include;

    public void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (Shows(name))
        {
            json.WriteString(name, value);
        }
    }
}
