using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Writes JSON that is put together member by member, without reflection.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class NodeJson : JsonSerializerContext
{
    /// <summary>Removes the members that are null from an object.</summary>
    /// <returns>The same object.</returns>
    public static JsonObject WithoutNulls(JsonObject members)
    {
        foreach (var (name, _) in members.Where(static member => member.Value is null).ToArray())
        {
            members.Remove(name);
        }

        return members;
    }
}
