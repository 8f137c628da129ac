using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Writes the metadata without reflection.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class MetadataJson : JsonSerializerContext;
