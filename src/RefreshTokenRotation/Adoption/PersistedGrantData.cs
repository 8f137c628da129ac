using System.Text.Json;

namespace RefreshTokenRotation.Adoption;

/// <summary>The column <c>Data</c> of a persisted refresh token: JSON whose shape changed between versions.</summary>
internal static class PersistedGrantData
{
    public static IReadOnlyList<string> ReadScopes(string data)
    {
        using var json = JsonDocument.Parse(data);
        var root = json.RootElement;
        if (root.TryGetProperty("AuthorizedScopes", out var scopes) && scopes.ValueKind == JsonValueKind.Array)
        {
            return [.. scopes.EnumerateArray().Select(static scope => scope.GetString()!)];
        }

        if (root.TryGetProperty("AccessToken", out var token) && token.TryGetProperty("Claims", out var claims) && claims.ValueKind == JsonValueKind.Array)
        {
            return
            [
                .. claims.EnumerateArray()
                    .Where(static claim => claim.TryGetProperty("Type", out var type) && type.ValueEquals("scope"))
                    .Select(static claim => claim.GetProperty("Value").GetString()!),
            ];
        }

        throw new InvalidOperationException("The scope of a persisted grant could not be read. Set PersistedGrantsOptions.ReadScopes.");
    }
}
