using System.Text;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>Makes requests for the token endpoint that are nearly right, and some that are not at all.</summary>
internal sealed class RequestGenerator(Random random, string[] tokens)
{
    private static readonly string[] Names =
        ["grant_type", "client_id", "refresh_token", "scope", "resource", "audience", "client_secret", "client_assertion", "client_assertion_type", "x", "", "Scope"];

    private static readonly string[] Values =
    [
        "refresh_token", StubGrantHandler.Type, "spa", "web", Clients.Secret, Clients.AwkwardId, "openid read", "offline_access", Clients.Api1, Clients.OnlineApi, "",
        " ", "%", "\0", "\uFEFF", "ü", "\U0001F600", "\"", "\\", "a#b", "https://", ":", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "e30.e30.x",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJcdWQ4MDAifQ.AAAA",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8", "application/x-www-form-urlencoded; charset=utf-16",
        "application/json", "application/json; charset=\"UTF-8\"", "text/plain", ";", "application/x-www-form-urlencoded;;", "a/b; charset=", "\u00FC/x", "*/*", "application/",
    ];

    private static readonly string[] Headers =
        ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "User-Agent", "Accept", "DPoP", "Authorization", "Auth0-Client", "Cookie", "X-Forwarded-For"];

    private static readonly string[] HeaderValues =
    [
        "", " ", Clients.Origin, "null", "POST", "Basic", "Basic ", "Basic OnNlY3JldA==", "Basic c3BhOg==", "basic d2ViOndyb25n", "Basic ====", "Bearer x", "ü", ",", ";", "a,b", "%41",
    ];

    public HttpRequestMessage Next()
    {
        var method = Chance(12) ? Any(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW", "post"]) : "POST";
        var request = new HttpRequestMessage(new HttpMethod(method), TestHostExtensions.TokenPath + (Chance(10) ? "?" + Form() : string.Empty));
        if (method != "TRACE" && !Chance(20))
        {
            request.Content = Content();
        }

        for (var i = random.Next(3); i > 0; i--)
        {
            request.Headers.TryAddWithoutValidation(Any(Headers), Any(HeaderValues));
        }

        return request;
    }

    private HttpContent Content()
    {
        var type = Chance(3) ? Any(ContentTypes) : ContentTypes[0];
        var text = type.Contains("json", StringComparison.Ordinal) != Chance(10) ? Json() : Form();
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = Chance(4) ? random.Next(1, 6) : 0; i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        HttpContent content = Chance(10) ? new StreamContent(new MemoryStream(bytes)) : new ByteArrayContent(bytes);
        if (!Chance(20))
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (Chance(30))
        {
            content.Headers.ContentEncoding.Add(Any(["gzip", "identity", "br", "x"]));
        }

        return content;
    }

    private string Form()
    {
        var pairs = Pairs().Select(pair => $"{Escape(pair.Name)}{(Chance(40) ? string.Empty : "=")}{Escape(pair.Value)}").ToList();
        return string.Join(Chance(30) ? "&&" : "&", pairs) + (Chance(40) ? "&y=" + new string('y', random.Next(6000)) : string.Empty);
    }

    private string Json()
    {
        var members = Pairs().Select(pair => $"{Quote(pair.Name)}:{(Chance(15) ? Any(["1", "null", "true", "{}", "[]", "[\"a\"]", "\"\\ud800\"", "[["]) : Quote(pair.Value))}");
        return "{" + string.Join(',', members) + (Chance(20) ? Any(["", "}}", ",}", "]"]) : "}");
    }

    /// <summary>A request that would succeed, with a few parameters changed, dropped or added.</summary>
    private List<(string Name, string Value)> Pairs()
    {
        List<(string Name, string Value)> pairs =
            [("grant_type", Chance(4) ? StubGrantHandler.Type : "refresh_token"), ("client_id", Any(["spa", "spa", "web", "other-spa"])), ("refresh_token", Token())];
        for (var i = random.Next(4); i > 0; i--)
        {
            pairs.Insert(random.Next(pairs.Count + 1), (Any(Names), Any(Values)));
        }

        if (Chance(6))
        {
            pairs.RemoveAt(random.Next(pairs.Count));
        }

        return pairs;
    }

    private string Token()
    {
        var token = Any(tokens);
        return random.Next(4) switch
        {
            0 => token[..random.Next(token.Length)],
            1 => token.Replace(token[random.Next(token.Length)], (char)random.Next(32, 0x250)),
            _ => token,
        };
    }

    private string Escape(string text) => random.Next(3) switch
    {
        0 => Uri.EscapeDataString(text),
        1 => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}")),
        _ => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal),
    };

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Any<T>(T[] values) => values[random.Next(values.Length)];
}
