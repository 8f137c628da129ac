using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Writes and reads the bodies without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionBodies.RefreshBody))]
[JsonSerializable(typeof(SessionBodies.TokensBody))]
[JsonSerializable(typeof(IReadOnlyList<SessionBodies.SessionBody>))]
[JsonSerializable(typeof(SessionBodies.ProblemBody))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class SessionJson : JsonSerializerContext;
