using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Tests.Support;

/// <summary>A client's side of one code flow: what it sends to <c>/authorize</c> and what it keeps for the token endpoint.</summary>
internal sealed class CodeRequest
{
    public const string App = "http://localhost:5001";

    public Dictionary<string, string?> Parameters { get; }

    public string Verifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public CodeRequest(string client = "spa", params (string Name, string? Value)[] changes)
    {
        Parameters = new(StringComparer.Ordinal)
        {
            ["client_id"] = client,
            ["response_type"] = "code",
            ["redirect_uri"] = App,
            ["scope"] = "openid profile email offline_access read:messages",
            ["state"] = "state-1",
            ["nonce"] = "nonce-1",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            Parameters[name] = value;
        }
    }

    public string Address => QueryHelpers.AddQueryString("/authorize", Parameters.Where(parameter => parameter.Value is not null));

    /// <summary>What the client sends to the token endpoint for a code.</summary>
    public (string Name, string? Value)[] Redemption(string code, params (string Name, string? Value)[] changes)
    {
        var sent = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = Parameters["client_id"],
            ["code"] = code,
            ["redirect_uri"] = Parameters["redirect_uri"],
            ["code_verifier"] = Parameters["code_challenge"] is null ? null : Verifier,
        };
        foreach (var (name, value) in changes)
        {
            sent[name] = value;
        }

        return [.. sent.Select(pair => (pair.Key, pair.Value))];
    }
}
