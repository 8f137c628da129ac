using System.Net;
using System.Text;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Error => Member("error");

    public string? AccessToken => Member("access_token");

    public string? RefreshToken => Member("refresh_token");

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string? Member(string name) =>
        Body.Length > 0 && Json.TryGetProperty(name, out var value) ? value.ToString() : null;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var headers = response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            return new Answer(response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
        }
    }
}
