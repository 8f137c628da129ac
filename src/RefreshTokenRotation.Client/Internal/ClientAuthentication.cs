using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.Client;

/// <summary>Says to the server which client asks: by id, secret or assertion.</summary>
internal static class ClientAuthentication
{
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromMinutes(1);

    public static async ValueTask AddAsync(
        HttpRequestMessage request, List<KeyValuePair<string, string>> form, RefreshTokenClientOptions options, string audience, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (options.ClientSecret is { } secret && !options.SendSecretInBody)
        {
            var credentials = $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
            return;
        }

        form.Add(new("client_id", options.ClientId));
        if (options.ClientSecret is not null)
        {
            form.Add(new("client_secret", options.ClientSecret));
        }
        else if (options.AssertionKey is { } key)
        {
            form.Add(new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            form.Add(new("client_assertion", await AssertAsync(key, options.ClientId, audience, now, cancellationToken).ConfigureAwait(false)));
        }
    }

    private static async ValueTask<string> AssertAsync(ClientAssertionKey key, string clientId, string audience, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var input = Jws.SigningInput(
            header =>
            {
                header.WriteString("alg", key.Algorithm);
                header.WriteString("typ", "JWT");
                if (key.KeyId is not null)
                {
                    header.WriteString("kid", key.KeyId);
                }
            },
            payload =>
            {
                payload.WriteString("iss", clientId);
                payload.WriteString("sub", clientId);
                payload.WriteString("aud", audience);
                payload.WriteString("jti", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
                payload.WriteNumber("iat", now.ToUnixTimeSeconds());
                payload.WriteNumber("exp", (now + AssertionLifetime).ToUnixTimeSeconds());
            });
        return Jws.Join(input, await key.SignAsync(Jws.Bytes(input), cancellationToken).ConfigureAwait(false));
    }
}
