using System.Buffers.Text;
using System.Text.Json;

namespace AuthorizationServer.Tests.Support;

/// <summary>What a JWT says, without a look at its signature.</summary>
internal static class Jwt
{
    public static JsonElement Claims(string token) => JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));

    public static string? Claim(string token, string name) => Claims(token).TryGetProperty(name, out var value) ? value.ToString() : null;
}
