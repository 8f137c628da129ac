using System.Globalization;
using System.Text;

namespace AuthorizationServer.Tests.Generated;

/// <summary>Makes requests that are nearly right, and some that are not at all. One random number source and one world make the same request every time.</summary>
internal sealed class RequestGenerator(Random random, World world, IReadOnlyList<(string Method, string Path)> routes, string host, Action<string> used)
{
    private static readonly string[] Names = [.. RequestVocabulary.Parameters.Keys];
    private static readonly string[] HeaderNames = [.. RequestVocabulary.Headers.Keys];

    public (byte[] Bytes, bool IsHead) Next()
    {
        var (usual, path) = Chance(20) ? ("GET", Any(RequestVocabulary.Files)) : routes[random.Next(routes.Count)];
        var method = Chance(8) ? Any(RequestVocabulary.Methods) : usual;
        used($"route {usual} {path}");
        used($"method {method}");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{method} {Filled(path)}{(Chance(2) ? "?" + Form() : string.Empty)} HTTP/1.1\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Host: {(Chance(50) ? Clean(Any(RequestVocabulary.Weird)) : host)}\r\n");
        AddHeaders(text);
        var body = method is "GET" or "HEAD" or "TRACE" && !Chance(10) ? null : Body(text);
        text.Append(body is null ? "\r\n" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n"));
        return ([.. Encoding.UTF8.GetBytes(text.ToString()), .. body ?? []], method == "HEAD");
    }

    private void AddHeaders(StringBuilder text)
    {
        // What is right, often: else every request would end at the first check.
        if (!Chance(3))
        {
            text.Append(CultureInfo.InvariantCulture, $"Cookie: {Any(world.Cookies)}\r\n");
        }

        if (Chance(3))
        {
            text.Append(CultureInfo.InvariantCulture, $"Authorization: {Any(world.Authorizations)}\r\n");
        }

        if (Chance(3))
        {
            text.Append(CultureInfo.InvariantCulture, $"X-Form-Token: {Any(world.FormTokens)}\r\n");
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            var name = Any(HeaderNames);
            used($"header {name}");
            text.Append(CultureInfo.InvariantCulture, $"{name}: {Clean(Chance(4) ? Any(RequestVocabulary.Weird) : Any(RequestVocabulary.Headers[name]))}\r\n");
        }
    }

    private byte[] Body(StringBuilder text)
    {
        var type = Chance(3) ? Any(RequestVocabulary.ContentTypes) : RequestVocabulary.ContentTypes[Chance(3) ? 3 : 0];
        used($"type {type}");
        if (!Chance(30))
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
        }

        var isJson = type.Contains("json", StringComparison.Ordinal) != Chance(10);
        var bytes = Encoding.UTF8.GetBytes(!isJson ? Form() : Chance(2) ? Any(RequestVocabulary.JsonBodies) : Json());
        for (var i = Chance(8) ? random.Next(1, 6) : 0; i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return Chance(40) ? new byte[70_000] : bytes;
    }

    private string Form() => string.Join('&', Pairs().Select(pair =>
        Chance(12) ? Clean($"{pair.Name}={pair.Value}").Replace(' ', '+') : $"{Uri.EscapeDataString(pair.Name)}={Escaped(pair.Value)}"));

    private string Json() => "{" + string.Join(',', Pairs().Select(pair => $"{System.Text.Json.JsonSerializer.Serialize(pair.Name)}:{Member(pair.Value)}")) + "}";

    private string Member(string value) => Chance(8) ? Any(["1", "true", "null", "{}", "[\"a\"]"]) : System.Text.Json.JsonSerializer.Serialize(value);

    private IEnumerable<(string Name, string Value)> Pairs()
    {
        // Whole requests of the usual flows, with one thing changed; or anything at all.
        string[] names = random.Next(8) switch
        {
            0 => ["client_id", "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "response_mode", "prompt"],
            1 => ["grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier"],
            2 => ["grant_type", "client_id", "refresh_token", "scope"],
            3 => ["form_token", "next", "username", "password"],
            4 => ["form_token", "request", "decision", "user_code", "end", "family"],
            5 => ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"],
            _ => [.. Enumerable.Range(0, random.Next(6)).Select(_ => Any(Names))],
        };
        foreach (var name in names.Where(_ => !Chance(12)))
        {
            used($"parameter {name}");
            var value = Value(name);
            for (var i = Chance(30) ? 2 : 1; i > 0; i--)
            {
                yield return (Chance(60) ? Any(RequestVocabulary.Weird) : name, value);
            }
        }
    }

    private string Value(string name) =>
        Chance(6) ? Any(RequestVocabulary.Weird)
        : world.Values.TryGetValue(name, out var valid) && !Chance(5) ? Any(valid)
        : Any(RequestVocabulary.Parameters[name]);

    private string Filled(string path) =>
        Chance(60) ? path + Clean(Any(RequestVocabulary.Weird)).Replace(' ', '+')
        : path.Replace("{id}", Chance(4) ? Escaped(Any(RequestVocabulary.Weird)) : Any(world.Values["id"]), StringComparison.Ordinal);

    /// <summary>Escaped as a rule; half an escape, or an escape of no character, now and then.</summary>
    private string Escaped(string value) => Chance(20) ? Uri.EscapeDataString(value) + Any(["%", "%4", "%ZZ", "%C3", "%00"]) : Uri.EscapeDataString(value);

    /// <summary>Without line breaks: they would begin another header, and so another request than the one that is meant.</summary>
    private static string Clean(string value) => value.Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\n", string.Empty, StringComparison.Ordinal);

    private bool Chance(int of) => random.Next(of) == 0;

    private T Any<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
