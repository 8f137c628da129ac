using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>Requests as clients send them.</summary>
internal static class TestHostExtensions
{
    public const string TokenPath = "/oauth/token";

    /// <summary>Posts a form whose text is given as it goes over the wire.</summary>
    public static Task<Answer> PostAsync(this TestHost host, string path, string form, Action<HttpRequestMessage>? change = null) =>
        host.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(form)) { Headers = { ContentType = new("application/x-www-form-urlencoded") } },
            },
            change);

    public static Task<Answer> TokenAsync(this TestHost host, string form, Action<HttpRequestMessage>? change = null) =>
        host.PostAsync(TokenPath, form, change);

    /// <summary>Exchanges a token of a public client.</summary>
    public static Task<Answer> RefreshAsync(this TestHost host, string token, string more = "", string client = Clients.Public) =>
        host.TokenAsync($"grant_type=refresh_token&client_id={client}&refresh_token={token}{more}");

    public static async Task<Answer> SendAsync(this TestHost host, HttpRequestMessage request, Action<HttpRequestMessage>? change = null)
    {
        using (request)
        {
            change?.Invoke(request);
            return await Answer.ReadAsync(await host.Http.SendAsync(request));
        }
    }

    /// <summary>Sends bytes as they are, and reads what comes back until the server closes, or hangs up at once.</summary>
    public static async Task<string> SendRawAsync(this TestHost host, string request, bool hangUp = false)
    {
        using var client = new TcpClient { LingerState = new LingerOption(hangUp, 0) };
        await client.ConnectAsync(host.Address.Host, host.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        if (hangUp)
        {
            return string.Empty;
        }

        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    /// <summary>The header by which a confidential client authenticates.</summary>
    public static void Basic(this HttpRequestMessage request, string client, string secret) =>
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret)}")));

    /// <summary>The token that a test holds still exchanges: nothing was consumed.</summary>
    public static async Task ShouldStillExchangeAsync(this TestHost host, RefreshToken token, string client = Clients.Public)
    {
        var result = await host.Tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = client });
        result.Should().BeOfType<ExchangeResult.Succeeded>().Which.Outcome.Should().BeOneOf(ExchangeOutcome.Rotated, ExchangeOutcome.Used);
    }

    /// <summary>No cache may keep any answer.</summary>
    public static void ShouldNotBeCached(this Answer answer)
    {
        answer.Header("Cache-Control").Should().Be("no-store");
        answer.Header("Pragma").Should().Be("no-cache");
    }

    public static void ShouldBeError(this Answer answer, int status, string error)
    {
        ((int)answer.Status).Should().Be(status, "the body is {0}", answer.Text);
        answer.Error.Should().Be(error);
        answer.Header("Content-Type").Should().Be("application/json");
        answer.Json.EnumerateObject().Select(member => member.Name).Should().BeSubsetOf(["error", "error_description"]);
        (answer.Member("error_description") ?? string.Empty).Should().MatchRegex("""^[\x20-\x21\x23-\x5B\x5D-\x7E]*$""");
        answer.ShouldNotBeCached();
        answer.Headers.ContainsKey("WWW-Authenticate").Should().Be(status == 401);
    }
}
