using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

/// <summary>The client <c>dpop</c>, whose tokens are bound to a key (RFC 9449).</summary>
[TestFixture]
internal sealed class DPoPTests
{
    private ECDsa _key = null!;
    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => (_key, _backend) = (ECDsa.Create(ECCurve.NamedCurves.nistP256), new(SharedServer.Origin));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _key.Dispose();
    }

    [Test]
    public async Task Token_is_worth_nothing_without_the_key()
    {
        var login = await LogInAsync();
        var token = login["access_token"]!;

        login["token_type"].Should().Be("DPoP", login.Text);
        (await CallAsync(token, Proof(_key, "GET", "/api/messages", token)))["user"].Should().Be("alice");
        var bearer = await _backend.GetAsync("/api/messages", token);
        bearer.Status.Should().Be(HttpStatusCode.Unauthorized);
        bearer.Header("WWW-Authenticate").Should().Contain("DPoP algs=");
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (await CallAsync(token, Proof(thief, "GET", "/api/messages", token))).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await CallAsync(token, Proof(_key, "GET", "/userinfo", token), "/userinfo"))["sub"].Should().Be("alice");
    }

    [Test]
    public async Task Refresh_needs_the_key_of_the_log_in()
    {
        var login = await LogInAsync();
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        (await RefreshAsync(login["refresh_token"]!, thief)).Status.Should().Be(HttpStatusCode.BadRequest);
        (await _backend.RefreshAsync("dpop", login["refresh_token"]!))["error"].Should().Be("invalid_dpop_proof");

        (await RefreshAsync(login["refresh_token"]!, _key))["token_type"].Should().Be("DPoP");
    }

    private Task<Reply> LogInAsync() => TokenAsync(
        _key, ("grant_type", "password"), ("username", "alice"), ("password", "pw"), ("scope", "openid offline_access read:messages"));

    private Task<Reply> RefreshAsync(string token, ECDsa key) => TokenAsync(key, ("grant_type", "refresh_token"), ("refresh_token", token));

    private async Task<Reply> TokenAsync(ECDsa key, params (string Name, string Value)[] form)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, SharedServer.Origin + "/oauth/token");
        request.Headers.Add("DPoP", Proof(key, "POST", "/oauth/token"));
        request.Content = new FormUrlEncodedContent(form.Append(("client_id", "dpop")).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
        using var response = await http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    private static async Task<Reply> CallAsync(string token, string proof, string path = "/api/messages")
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, SharedServer.Origin + path);
        request.Headers.Authorization = new("DPoP", token);
        request.Headers.Add("DPoP", proof);
        using var response = await http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    private static string Proof(ECDsa key, string method, string path, string? accessToken = null)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var header = new { typ = "dpop+jwt", alg = "ES256", jwk = new { kty = "EC", crv = "P-256", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) } };
        var claims = new Dictionary<string, object>
        {
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["htm"] = method,
            ["htu"] = SharedServer.Origin + path,
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        };
        if (accessToken is not null)
        {
            claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        }

        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
