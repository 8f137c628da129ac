using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>A client that makes DPoP proofs by hand, right ones and wrong ones.</summary>
internal sealed class DPoPClient(TestHost host, string algorithm = "ES256", string client = Clients.Public) : IDisposable
{
    public AssertionKey Key { get; } = AssertionKey.Create(algorithm, keyId: null);

    /// <summary>RFC 7638, written down once more.</summary>
    public string Thumbprint
    {
        get
        {
            var members = Key.PublicKey().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"\"{member.Key}\":\"{member.Value}\"");
            return HashOf("{" + string.Join(',', members) + "}");
        }
    }

    public string? Nonce { get; set; }

    public static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    public JsonObject Header() => new() { ["typ"] = "dpop+jwt", ["alg"] = algorithm, ["jwk"] = Key.PublicKey() };

    public JsonObject Claims(string path = TestHostExtensions.TokenPath, string method = "POST", string? accessToken = null)
    {
        var claims = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["htm"] = method,
            ["htu"] = new Uri(host.Address, path).AbsoluteUri,
            ["iat"] = host.Time.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (accessToken is not null)
        {
            claims["ath"] = HashOf(accessToken);
        }

        if (Nonce is not null)
        {
            claims["nonce"] = Nonce;
        }

        return claims;
    }

    public string Proof(Action<JsonObject, JsonObject>? change = null)
    {
        var (header, claims) = (Header(), Claims());
        change?.Invoke(header, claims);
        return Key.Sign(claims, header);
    }

    /// <summary>Logs in by the stub grant.</summary>
    public Task<Answer> LogInAsync(string? proof = null, string more = "") =>
        SendAsync($"grant_type={StubGrantHandler.Type}&client_id={client}&scope=openid+offline_access&resource={Clients.Api1}{more}", proof ?? Proof());

    public Task<Answer> RefreshAsync(string token, string? proof = null) =>
        SendAsync($"grant_type=refresh_token&client_id={client}&refresh_token={token}", proof ?? Proof());

    public Task<Answer> SendAsync(string form, params string[] proofs) =>
        host.TokenAsync(form, request => request.Headers.TryAddWithoutValidation("DPoP", proofs));

    public void Dispose() => Key.Dispose();
}
