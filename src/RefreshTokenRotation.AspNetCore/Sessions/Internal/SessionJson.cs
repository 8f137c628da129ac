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

/// <summary>The bodies on the wire.</summary>
internal static class SessionBodies
{
    /// <summary>Refresh and log-out.</summary>
    internal sealed record RefreshBody(string? RefreshToken)
    {
        public override string ToString() => nameof(RefreshBody);
    }

    /// <summary>The answer of log-in and refresh, in the form of ASP.NET Core Identity's endpoints.</summary>
    internal sealed record TokensBody(string TokenType, string AccessToken, long ExpiresIn, string? RefreshToken)
    {
        public override string ToString() => nameof(TokensBody);
    }

    /// <summary>One session of the user.</summary>
    internal sealed record SessionBody(
        Guid Id,
        string? DeviceName,
        string? IpAddress,
        string? UserAgent,
        DateTimeOffset CreatedAt,
        DateTimeOffset? LastUsedAt,
        DateTimeOffset? ExpiresAt,
        bool IsCurrent);

    /// <summary>What went wrong (RFC 9457), with a stable code.</summary>
    internal sealed record ProblemBody(int Status, string Title, string Error);
}
