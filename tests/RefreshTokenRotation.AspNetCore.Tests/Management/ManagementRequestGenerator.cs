using System.Text;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Makes management requests that are nearly right, and some that are not at all.</summary>
internal sealed class ManagementRequestGenerator(Random random, string[] ids)
{
    private static readonly string[] Paths =
    [
        "/clients/{id}", "/device-credentials", "/device-credentials/{id}", "/grants", "/grants/{id}", "/refresh-tokens", "/refresh-tokens/{id}",
        "/refresh-tokens/revoke", "/users/{id}/refresh-tokens", "/users/{id}/revoke-access",
    ];

    private static readonly string[] Names =
    [
        "user_id", "client_id", "audience", "type", "page", "per_page", "include_totals", "fields", "include_fields", "from", "take", "ids", "refresh_token",
        "refresh_token_metadata", "session_id", "preserve_refresh_tokens", "x", "", "User_id",
    ];

    private static readonly string[] Settings =
    [
        "rotation_type", "expiration_type", "leeway", "token_lifetime", "idle_token_lifetime", "infinite_token_lifetime", "infinite_idle_token_lifetime",
        "policies", "recovery_window", "leeway_generations", "shadow_mode", "active_cap", "reuse_response", "audience", "scope", "y",
    ];

    private static readonly string[] Texts =
    [
        "alice", "spa", "web", "https://api1.example/", "rotating_refresh_token", "rotating", "non-rotating", "reusable", "expiring", "non-expiring", "family", "user", "grant", "public_key", "device_id",
        "0", "1", "10", "99", "3600", "1000000", "-1", "true", "false", "id", "id,type", "", " ", "\0", "\n", "ü", "\U0001F600", "%2F", "..", "YQBiAGM",
        "639000000000000000.00112233445566778899aabbccddeeff", "0.00112233445566778899aabbccddeeff", "00000000000000000000000000000000",
    ];

    private static readonly string[] Raw =
        ["null", "true", "false", "0", "1", "-1", "10", "3600", "2592000", "1e3", "1e999", "0.5", "99999999999999999999", "\"\\ud800\"", "[", "{", "\"", "{}", "[]", "[[[[[[[[[]]]]]]]]]"];

    public HttpRequestMessage Next()
    {
        var path = Any(Paths);
        var method = Chance(15) ? Any(["PUT", "HEAD", "OPTIONS", "BREW"]) : Any(["GET", "DELETE", "PATCH", "POST"]);
        var request = new HttpRequestMessage(new HttpMethod(method), Admin.Prefix + path.Replace("{id}", Escape(Id())) + Query());
        request.SignIn(string.Join(' ', RefreshTokenRotation.AspNetCore.Management.ManagementScopes.All.Where(_ => !Chance(30))));
        if (method is "PATCH" or "POST" or "PUT")
        {
            request.Content = Content(path);
        }

        if (Chance(10))
        {
            request.Headers.TryAddWithoutValidation("If-Match", Any(["*", "\"x\"", "x", "", "W/\"x\"", "\"a\",", "ü"]));
        }

        return request;
    }

    private ByteArrayContent Content(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(Body(path));
        for (var i = Chance(8) ? random.Next(1, 4) : 0; i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", Chance(20) ? Any(["text/plain", "application/json; charset=utf-16", ";", "ü"]) : "application/json");
        return content;
    }

    private string Body(string path) => path switch
    {
        "/clients/{id}" when !Chance(8) => $$"""{"refresh_token":{{(Chance(10) ? Value(2) : Object(Settings))}}}""",
        "/refresh-tokens/{id}" when !Chance(8) => $$"""{"refresh_token_metadata":{{(Chance(10) ? Value(2) : Object(Texts))}}}""",
        "/refresh-tokens/revoke" when !Chance(4) => Chance(2)
            ? $$"""{"ids":[{{string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Quote(Any(ids))))}}]}"""
            : """{"user_id":"alice","client_id":"spa"}""",
        _ => Object(Names) + (Chance(10) ? new string(' ', random.Next(9000)) : string.Empty),
    };

    private string Object(string[] names) =>
        "{" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Quote(Any(names))}:{Value(3)}")) + (Chance(30) ? string.Empty : "}");

    private string Value(int depth) => random.Next(8) switch
    {
        0 when depth > 0 => Object(Chance(2) ? Settings : Texts),
        1 when depth > 0 => $"[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Value(depth - 1)))}]",
        2 or 3 => Any(Raw),
        _ => Quote(Any(Texts)),
    };

    private string Query() =>
        Chance(2) ? string.Empty : "?" + string.Join('&', Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{Escape(Any(Names))}={Escape(Any(Texts))}"));

    private string Id() => random.Next(3) switch { 0 => Any(ids), 1 => "spa", _ => Any(Texts) is { Length: > 0 } text ? text : "x" };

    private string Escape(string text) => Chance(4) ? string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}")) : Uri.EscapeDataString(text);

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Any<T>(T[] values) => values[random.Next(values.Length)];
}
