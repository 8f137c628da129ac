namespace AuthorizationServer.Tests.Generated;

/// <summary>The words that generated requests are made of.</summary>
internal static class RequestVocabulary
{
    public static readonly string[] Methods = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get"];

    public static readonly string[] Files =
        ["/site.css", "/favicon.ico", "/web-message.js", "/form-post.js", "/app/", "/app/index.html", "/lab/", "/admin/main.js", "/nowhere", "/", "/..", "//", "/%00", "/%FF"];

    /// <summary>Parameters with values that may be right. Others come from the <see cref="World"/>.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Parameters = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["client_id"] = ["spa", "spa-leeway", "spa-static", "mobile", "tv", "web", "web-strict", "legacy", "dpop", "machine", "nobody"],
        ["client_secret"] = ["web-secret", "machine-secret"],
        ["client_assertion"] = ["e30.e30.x"],
        ["client_assertion_type"] = ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
        ["grant_type"] =
            ["authorization_code", "refresh_token", "password", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"],
        ["response_type"] = ["code", "token", "id_token"],
        ["response_mode"] = ["query", "fragment", "form_post", "web_message"],
        ["redirect_uri"] = ["http://localhost:5001", "http://localhost:5001/callback", "com.example.mobile:/callback"],
        ["post_logout_redirect_uri"] = ["http://localhost:5001", "com.example.mobile:/goodbye"],
        ["returnTo"] = ["http://localhost:5001", "/"],
        ["scope"] = ["openid", "openid profile email offline_access read:messages", "offline_access online_access", "read:clients"],
        ["audience"] = ["https://api1", "https://API2/", "https://api3"],
        ["resource"] = ["https://api1/", "https://api2", "urn:x"],
        ["state"] = ["state-1"],
        ["nonce"] = ["nonce-1"],
        ["code_challenge_method"] = ["S256", "plain"],
        ["prompt"] = ["none", "login", "consent", "select_account", "login consent", "none login"],
        ["max_age"] = ["0", "1", "3600", "2147483647"],
        ["login_hint"] = ["alice"],
        ["ui_locales"] = ["de en"],
        ["request_uri"] = ["urn:x"],
        ["username"] = ["alice", "admin", "nobody"],
        ["password"] = ["pw", "wrong"],
        ["realm"] = ["x"],
        ["token_type_hint"] = ["refresh_token", "access_token"],
        ["decision"] = ["allow", "deny"],
        ["apps"] = ["on"],
        ["end"] = ["one", "others", "all"],
        ["from"] = ["AAAA"],
        ["ended"] = ["1", "9223372036854775807"],
        ["take"] = ["1", "100", "101"],
        ["page"] = ["0", "10"],
        ["per_page"] = ["1", "100"],
        ["include_totals"] = ["true"],
        ["fields"] = ["id"],
        ["include_fields"] = ["false"],
        ["user_id"] = ["alice", "admin"],
        ["type"] = ["refresh_token", "rotating_refresh_token", "public_key"],
        ["session_id"] = ["s1"],
        ["form_token"] = ["x"],
        ["code"] = ["x"],
        ["code_verifier"] = ["x"],
        ["code_challenge"] = ["x"],
        ["refresh_token"] = ["rtr_x"],
        ["token"] = ["x"],
        ["device_code"] = ["x"],
        ["user_code"] = ["bcdf ghjk"],
        ["id_token_hint"] = ["e30.e30.x"],
        ["family"] = ["x"],
        ["next"] = ["/v2/logout"],
        ["request"] = ["?client_id=spa"],
    };

    public static readonly string[] Weird =
    [
        "", " ", "\0", "\r\n", "\r\nSet-Cookie: a=b", "\u00fc", "\U0001F600", "\uFEFF", "\uFFFF", "%", "%2F", "%252F", "%00", "%FF", "%ED%A0%80", "+", "&", "=", "#", "?", "/", "\\",
        "..", "../..", "//evil.example", "/\\evil.example", "http://evil.example/", "http://[::1", "http://%00/", "javascript:alert(1)", "<script>", "\"", "'", "{}", "[]", "null",
        "true", "-1", "0x10", "1e400", "NaN", "2147483648", "99999999999999999999", "\u0661", "a,b", "a;b", new('x', 300), new('y', 5000), string.Concat(Enumerable.Repeat("a ", 500)),
    ];

    public static readonly string[] ContentTypes =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8", "application/x-www-form-urlencoded; charset=utf-16", "application/json",
        "application/json; charset=utf-8", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", ";", "a/b; charset=", "\u00fc/x", "*/*", "application/",
    ];

    /// <summary>Headers with values that may be right; any may be weird.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Headers = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        ["Accept"] = ["*/*", "text/html", "application/json"],
        ["Accept-Encoding"] = ["gzip, br"],
        ["Access-Control-Request-Headers"] = ["content-type"],
        ["Access-Control-Request-Method"] = ["POST"],
        ["Authorization"] = ["Basic", "Basic ====", "Bearer x", "DPoP x", "Digest x"],
        ["Auth0-Client"] = ["e30="],
        ["Content-Encoding"] = ["gzip", "identity"],
        ["Cookie"] = ["session=x", "lab=x", "a", "session=a; session=b"],
        ["DPoP"] = ["e30.e30.x", "x"],
        ["Expect"] = ["100-continue"],
        ["Forwarded"] = ["for=203.0.113.7"],
        ["If-Match"] = ["*", "\"x\""],
        ["If-Modified-Since"] = ["Sat, 28 Nov 2026 00:00:00 GMT"],
        ["If-None-Match"] = ["*", "\"x\""],
        ["Origin"] = ["http://localhost:5001", "http://evil.example", "null"],
        ["Range"] = ["bytes=0-1", "bytes=9-1"],
        ["Referer"] = ["http://localhost:5001/", "http://evil.example/"],
        ["Sec-Fetch-Site"] = ["cross-site"],
        ["User-Agent"] = ["Mozilla/5.0"],
        ["X-Form-Token"] = ["x"],
        ["X-Forwarded-For"] = ["203.0.113.7", "::1"],
        ["X-Forwarded-Proto"] = ["https"],
        ["X-HTTP-Method-Override"] = ["DELETE"],
        ["X-Lab"] = ["1"],
    };

    public static readonly string[] JsonBodies =
    [
        "", "{", "[]", "null", "1", "{}", "{\"a\":{}}", "{\"a\":\"\\ud800\"}", "{\"refresh_token\":null}", "{\"refresh_token\":{\"leeway\":10}}", "{\"refresh_token\":{\"leeway\":1e400}}",
        "{\"refresh_token\":{\"token_lifetime\":\"9223372036854775807\"}}", "{\"refresh_token\":{\"rotation_type\":\"rotating\",\"expiration_type\":\"expiring\",\"idle_token_lifetime\":null}}",
        "{\"refresh_token\":{\"policies\":[{\"audience\":\"https://api2\",\"scope\":[\"read:reports\"]}]}}", "{\"refresh_token_metadata\":{\"a\":\"b\"}}", "{\"refresh_token_metadata\":null}",
        "{\"ids\":[\"x\"]}", "{\"user_id\":\"alice\",\"client_id\":\"spa\",\"audience\":\"\"}", "{\"session_id\":\"s1\",\"preserve_refresh_tokens\":true}", "{\"preserve_refresh_tokens\":1}",
        "{\"action\":\"login\",\"by\":\"user\"}", "{\"action\":\"refresh\",\"by\":\"thief\",\"token\":-1,\"seconds\":2147483647}", "{\"action\":\"wait\",\"seconds\":-5}", "{\"action\":\"preset\",\"preset\":\"x\"}",
    ];
}
