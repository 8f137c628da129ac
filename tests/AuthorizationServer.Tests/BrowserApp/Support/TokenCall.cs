using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>One request to the token or revocation endpoint and its answer, as the browser sent and got them.</summary>
internal sealed record TokenCall(string Path, string ContentType, IReadOnlyDictionary<string, string> Sent, int Status, JsonElement Answer)
{
    public string GrantType => Sent.GetValueOrDefault("grant_type", string.Empty);

    public string? PresentedToken => Sent.GetValueOrDefault("refresh_token");

    public string RefreshToken => Answer.GetProperty("refresh_token").GetString()!;

    public string AccessToken => Answer.GetProperty("access_token").GetString()!;

    public string Error => Answer.GetProperty("error").GetString()!;

    public static async Task<TokenCall> OfAsync(IRequest request, int status, string answer)
    {
        var contentType = await request.HeaderValueAsync("content-type") ?? string.Empty;
        return new TokenCall(
            new Uri(request.Url).AbsolutePath,
            contentType,
            Parse(contentType, request.PostData ?? string.Empty),
            status,
            answer.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(answer) : default);
    }

    private static Dictionary<string, string> Parse(string contentType, string body) =>
        contentType.StartsWith("application/json", StringComparison.Ordinal)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(body)!
            : QueryHelpers.ParseQuery(body).ToDictionary(pair => pair.Key, pair => pair.Value.Single()!);
}
