using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>The least that an answer can cost: it parses the form, signs if it has a key, and sends a fixed JSON document of the usual size.</summary>
internal sealed class FloorEndpoint
{
    private readonly byte[] _answer;
    private readonly Func<byte[]>? _sign;

    private FloorEndpoint(int accessTokenLength, Func<byte[]>? sign)
    {
        _answer = Encoding.ASCII.GetBytes(
            $$"""{"access_token":"{{new string('a', accessTokenLength)}}","token_type":"Bearer","expires_in":900,"scope":"read offline_access","refresh_token":"{{RefreshToken}}"}""");
        _sign = sign;
    }

    /// <summary>As long as a real one.</summary>
    public static string RefreshToken { get; } = new('r', 80);

    public static FloorEndpoint Opaque() => new(43, null);

    /// <summary>With the cryptography that a rotation can't do without: three hashes and two times 32 random bytes.</summary>
    public static FloorEndpoint Hashing() => new(43, static () =>
    {
        Span<byte> value = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value[..16], hash); // the selector
        SHA256.HashData(value, hash); // the token that is presented
        RandomNumberGenerator.Fill(value); // its successor
        SHA256.HashData(value, hash);
        RandomNumberGenerator.Fill(value); // the access token
        return hash.ToArray();
    });

    public static FloorEndpoint Of(ECDsa key)
    {
        var data = new byte[600];
        return new(data.Length + 87, () => key.SignData(data, HashAlgorithmName.SHA256));
    }

    public static FloorEndpoint Of(RSA key)
    {
        var data = new byte[600];
        return new(data.Length + 343, () => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["grant_type"] != "refresh_token" || form["client_id"] != LoadServer.ClientId || form["refresh_token"] != RefreshToken || _sign?.Invoke() is [])
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _answer.Length;
        await context.Response.Body.WriteAsync(_answer, context.RequestAborted);
    }
}
