using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads and writes the bodies without reflection. What is wrong with a body is said by the records: their names, and the descriptions of their
/// members, which API descriptions show too.</summary>
[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ManagementError))]
[JsonSerializable(typeof(ClientBody))]
[JsonSerializable(typeof(ClientPatchBody))]
[JsonSerializable(typeof(DeviceCredentialBody))]
[JsonSerializable(typeof(GrantBody))]
[JsonSerializable(typeof(RefreshTokenBody))]
[JsonSerializable(typeof(RefreshTokenPatchBody))]
[JsonSerializable(typeof(BulkRevocationBody))]
[JsonSerializable(typeof(AccessRevocationBody))]
internal sealed partial class ManagementJson : JsonSerializerContext
{
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Default.GetTypeInfo(typeof(T))!;

    public static IEnumerable<string> NamesOf<T>() => Of<T>().Properties.Select(static property => property.Name);

    public static JsonObject Node<T>(T value) => JsonSerializer.SerializeToNode(value, Of<T>())!.AsObject();

    /// <summary>Reads an object. Members that the record does not have are refused.</summary>
    /// <param name="body">The object.</param>
    /// <param name="owner">What messages call the object, with a space before; empty for the body itself.</param>
    public static T Read<T>(JsonElement body, string owner = "")
    {
        RequireKnown<T>(body, owner);
        try
        {
            return body.Deserialize(Of<T>())!;
        }
        catch (JsonException fault)
        {
            throw Misshapen<T>(body, NameIn(fault.Path));
        }
    }

    /// <summary>Refuses an object with a member that a record does not have.</summary>
    public static void RequireKnown<T>(JsonElement body, string owner = "")
    {
        if (body.EnumerateObject().Select(static member => member.Name).FirstOrDefault(static name => !NamesOf<T>().Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new ManagementRefusedException($"The member '{Texts.Shown(unknown)}'{owner} is unknown; known are {string.Join(", ", NamesOf<T>())}.");
        }
    }

    /// <summary>Says what a member must be, with the value that it is.</summary>
    public static ManagementRefusedException Misshapen<T>(JsonElement body, string name)
    {
        var attributes = Of<T>().Properties.FirstOrDefault(property => property.Name == name)?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), false);
        var value = body.TryGetProperty(name, out var found) ? Texts.Shown(found.GetRawText()) : "missing";
        return new($"{name} ({value}) must be {(attributes is [DescriptionAttribute known, ..] ? known.Description : "another kind of value")}.");
    }

    /// <summary>The names of a record's members in the code, with those on the wire.</summary>
    public static IEnumerable<KeyValuePair<string, string>> CodeNames<T>() =>
        Of<T>().Properties.Select(static property => KeyValuePair.Create(((MemberInfo)property.AttributeProvider!).Name, property.Name));

    /// <summary>The first name of a path such as <c>$.policies[0].scope</c>.</summary>
    private static string NameIn(string? path)
    {
        var rest = (path ?? string.Empty).TrimStart('$').TrimStart('.');
        var end = rest.AsSpan().IndexOfAny('.', '[');
        return end < 0 ? rest : rest[..end];
    }
}

/// <summary>Which members of a resource are shown: <c>fields</c> names them, or with <c>include_fields=false</c> those that are left out.</summary>
internal readonly struct FieldSelection(string[]? selected, bool include)
{
    private const int MaxLength = 1000;

    public static FieldSelection Read<T>(QueryReader query)
    {
        string[] known = [.. ManagementJson.NamesOf<T>()];
        var names = query.Text("fields", MaxLength)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names?.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new ManagementRefusedException($"The parameter fields names '{Texts.Shown(unknown)}', which is unknown; known are {string.Join(", ", known)}.");
        }

        return new FieldSelection(names, query.Flag("include_fields", otherwise: true));
    }

    public JsonObject Of<T>(T value)
    {
        var node = ManagementJson.Node(value);
        foreach (var name in selected is null ? [] : node.Select(static member => member.Key).ToArray())
        {
            if (selected.Contains(name, StringComparer.Ordinal) != include)
            {
                node.Remove(name);
            }
        }

        return node;
    }
}
