using System.Text;
using System.Text.Json;
using RefreshTokenRotation.AspNetCore.Tests.Management;
using RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>Makes requests for every endpoint: right ones, nearly right ones, and some that are not at all. What a server has answered goes into later requests.</summary>
internal sealed class EveryEndpointGenerator(Random random, DPoPClient client, string[] familyIds)
{
    private const int KeptTokens = 40;

    private static readonly string[] Names =
    [
        "grant_type", "client_id", "client_secret", "refresh_token", "token", "token_type_hint", "scope", "resource", "audience", "client_assertion", "client_assertion_type",
        "username", "code", "x", "", "Token", "token\0",
    ];

    private static readonly string[] Values =
    [
        "refresh_token", "access_token", StubGrantHandler.Type, Clients.Public, Clients.Confidential, Clients.Secret, Clients.AwkwardId, "nobody", "openid read", "offline_access",
        "online_access offline_access", "bogus", Clients.Api1, "https://api1.example", "HTTPS://API1.EXAMPLE:443", Clients.Api2, Clients.OnlineApi, "https://unknown.example/", "", " ", "%", "\0", "\n",
        "\uFEFF", "ü", "\U0001F600", "\"", "\\", "a#b", ":", "e30.e30.x", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/x-www-form-urlencoded; charset=utf8", "application/x-www-form-urlencoded; charset=us-ascii", "application/x-www-form-urlencoded; charset=utf-16", "application/json",
        "application/json; charset=\"UTF-8\"", "multipart/form-data; boundary=b", "text/plain", ";", "*/*",
    ];

    private static readonly string[] Documents =
        ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/.well-known/jwks.json", "/.well-known/oauth-authorization-server/", "/.well-known/%6Fauth-authorization-server"];

    private readonly List<string> _refreshTokens = [];
    private readonly List<string> _accessTokens = ["x"];

    /// <summary>How many requests went to each kind of endpoint.</summary>
    public Dictionary<string, int> Counts { get; } = [];

    /// <summary>Keeps what an answer holds for later requests: the newest tokens, and so the ones before them too.</summary>
    public void Learn(Answer answer)
    {
        if ((int)answer.Status != 200 || answer.Header("Content-Type") != "application/json" || answer.Body is not [(byte)'{', ..])
        {
            return;
        }

        Keep(_refreshTokens, answer.RefreshToken);
        Keep(_accessTokens, answer.AccessToken);
    }

    public HttpRequestMessage Next()
    {
        var kind = Any(["token", "token", "token", "revocation", "introspection", "management", "metadata", "deny list"]);
        Counts[kind] = Counts.GetValueOrDefault(kind) + 1;
        var request = kind switch
        {
            "token" => Post(TestHostExtensions.TokenPath, TokenPairs()),
            "revocation" => Post("/oauth/revoke", RevocationPairs()),
            "introspection" => Post("/oauth/introspect", IntrospectionPairs()),
            "management" => new ManagementRequestGenerator(random, familyIds).Next(),
            "metadata" => Document(),
            _ => Protected(),
        };
        for (var i = Chance(4) ? random.Next(3) : 0; i > 0; i--)
        {
            request.Headers.TryAddWithoutValidation(
                Any(["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "User-Agent", "Accept", "X-Tenant", "Cookie", "Forwarded"]),
                Any(["", Clients.Origin, "null", "POST", "GET", "a,b", "ü", "globex", new string('h', 300)]));
        }

        return request;
    }

    private HttpRequestMessage Post(string path, List<(string Name, string Value)> pairs)
    {
        for (var i = random.Next(3); i > 0 && Chance(2); i--)
        {
            pairs.Insert(random.Next(pairs.Count + 1), (Any(Names), Any(Values)));
        }

        if (Chance(8))
        {
            pairs.RemoveAt(random.Next(pairs.Count));
        }

        var request = new HttpRequestMessage(Chance(25) ? Any([HttpMethod.Get, HttpMethod.Put, HttpMethod.Options, HttpMethod.Head]) : HttpMethod.Post, path);
        if (request.Method == HttpMethod.Post || Chance(2))
        {
            request.Content = Content(pairs);
        }

        switch (random.Next(10))
        {
            case 0:
                request.Headers.TryAddWithoutValidation("Authorization", Any(["Basic", "Basic x", "Basic ====", "Basic OnNlY3JldA==", "basic d2ViOndyb25n", "Bearer old", "ü", ","]));
                break;
            case 1:
                request.Basic(Any([Clients.Confidential, Clients.OtherConfidential, Clients.AwkwardId.Replace("ü", "u")]), Any([Clients.Secret, "another secret", "wrong"]));
                break;
            case 2 or 3:
                request.Headers.TryAddWithoutValidation("DPoP", Chance(6) ? Any(["", "x.y.z", "e30.e30.e30", new string('p', 9000)]) : Proof(path, "POST"));
                break;
        }

        return request;
    }

    private List<(string Name, string Value)> TokenPairs() => Chance(4)
        ? [("grant_type", StubGrantHandler.Type), ("client_id", Clients.Public), ("scope", "openid read offline_access"), ("resource", Any([Clients.Api1, Clients.Api2, Clients.OnlineApi]))]
        : [("grant_type", "refresh_token"), ("client_id", Any([Clients.Public, Clients.Public, Clients.Public, Clients.OtherPublic])), ("refresh_token", Token(_refreshTokens))];

    private List<(string Name, string Value)> RevocationPairs() =>
        [("client_id", Any([Clients.Public, Clients.Public, Clients.OtherPublic])), ("token", Token(Chance(2) ? _refreshTokens : _accessTokens))];

    private List<(string Name, string Value)> IntrospectionPairs() =>
        [("client_id", Clients.Confidential), ("client_secret", Chance(8) ? "wrong" : Clients.Secret), ("token", Token(Chance(2) ? _refreshTokens : _accessTokens))];

    private HttpRequestMessage Document()
    {
        var request = new HttpRequestMessage(Any([HttpMethod.Get, HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Post]), Any(Documents));
        if (Chance(2))
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", Any(["*", "\"x\"", "x", "", "W/\"x\"", "\"a\",", "ü"]));
        }

        return request;
    }

    private HttpRequestMessage Protected()
    {
        var isStrict = Chance(2);
        var request = new HttpRequestMessage(isStrict ? HttpMethod.Post : HttpMethod.Get, isStrict ? ProtectedApi.StrictPath : ProtectedApi.Path);
        if (isStrict)
        {
            request.Content = new StringContent(Any(["[]", "[1,2]"]), Encoding.UTF8, "application/json");
        }

        if (!Chance(4))
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"{Any(["Bearer", "DPoP", "bearer", "Basic"])} {Token(_accessTokens).Replace(';', ':')}");
        }

        if (Chance(3))
        {
            var id = Any(["", "7", "nonsense", .. familyIds.Take(3)]);
            request.Headers.TryAddWithoutValidation(ProtectedApi.ClaimsHeader, Any([$"rtr_fid={id}", $"rtr_fid={id},rtr_gen=-1", $"rtr_fid={id},exp=99999999999999", $"rtr_fid={id},org_id=acme", "sub=a"]));
        }

        return request;
    }

    private HttpContent Content(List<(string Name, string Value)> pairs)
    {
        var type = Chance(5) ? Any(ContentTypes) : "application/x-www-form-urlencoded";
        var text = type.Contains("json", StringComparison.Ordinal) != Chance(12)
            ? $"{{{string.Join(',', pairs.Select(pair => $"{JsonSerializer.Serialize(pair.Name)}:{(Chance(15) ? Any(["1", "null", "[]", "{}", "\"\\ud800\""]) : JsonSerializer.Serialize(pair.Value))}"))}}}"
            : string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
        var bytes = Encoding.UTF8.GetBytes(text + (Chance(60) ? "&y=" + new string('y', 5000) : string.Empty));
        for (var i = Chance(8) ? random.Next(1, 5) : 0; i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        HttpContent content = Chance(10) ? new StreamContent(new MemoryStream(bytes)) : new ByteArrayContent(bytes);
        if (!Chance(40))
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (Chance(40))
        {
            content.Headers.ContentEncoding.Add(Any(["gzip", "identity", "br"]));
        }

        return content;
    }

    private string Proof(string path, string method)
    {
        var (header, claims) = (client.Header(), client.Claims(path, method));
        if (Chance(4))
        {
            claims[Any(["jti", "htm", "htu", "iat", "exp", "nbf", "ath", "nonce"])] = Chance(2) ? Any(Values) : random.Next();
        }

        if (Chance(12))
        {
            header[Any(["typ", "alg", "jwk", "x"])] = Any(Values);
        }

        return client.Key.Sign(claims, header);
    }

    private string Token(List<string> known)
    {
        if (known.Count == 0)
        {
            return "x";
        }

        // Most often the newest, which works; else an older one, or a broken one.
        var token = known[Chance(3) ? random.Next(known.Count) : ^1];
        return random.Next(12) switch
        {
            0 => token[..random.Next(token.Length)],
            1 => token.Replace(token[random.Next(token.Length)], (char)random.Next(32, 0x250)),
            _ => token,
        };
    }

    private static void Keep(List<string> known, string? token)
    {
        if (token is not null)
        {
            known.Add(token);
            known.RemoveRange(0, Math.Max(0, known.Count - KeptTokens));
        }
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Any<T>(T[] values) => values[random.Next(values.Length)];
}
