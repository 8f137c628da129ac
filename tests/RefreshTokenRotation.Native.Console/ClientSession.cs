using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client;

namespace RefreshTokenRotation.Native.Console;

/// <summary>The client package over encrypted files, at a server that is the core itself.</summary>
internal static class ClientSession
{
    /// <summary>Signs in with DPoP, calls, is refused, refreshes and calls again. Null if all went well.</summary>
    public static async Task<string?> RunAsync(IRefreshTokenService tokens)
    {
        var folder = Directory.CreateTempSubdirectory("native-client-");
        try
        {
            var services = new ServiceCollection();
            services.AddRefreshTokenClient("cli", static options =>
            {
                (options.ClientId, options.TokenEndpoint, options.UseDPoP) = ("cli", new Uri("https://login.example/token"), true);
            }).UseFiles(folder.FullName).UseEncryptionKey(RandomNumberGenerator.GetBytes(32)).ServerHttp.ConfigurePrimaryHttpMessageHandler(() => new Server(tokens));
            services.AddHttpClient("api").AddRefreshTokenHandler("cli").ConfigurePrimaryHttpMessageHandler(static () => new Api());
            await using var provider = services.BuildServiceProvider();

            var signedIn = await provider.GetRequiredKeyedService<RefreshTokenClient>("cli").RedeemAsync([new("grant_type", "native")]);
            if (signedIn is not TokenResult.Succeeded)
            {
                return $"the log-in was {signedIn}";
            }

            using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");
            using var response = await http.GetAsync(new Uri("https://api.example/"));
            return response.StatusCode == HttpStatusCode.OK ? null : $"the call was answered with {response.StatusCode}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Server(IRefreshTokenService tokens) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var form = (await request.Content!.ReadAsStringAsync(cancellationToken)).Split('&').Select(static pair => pair.Split('='))
                .ToDictionary(static pair => pair[0], static pair => Uri.UnescapeDataString(pair[1]));
            if (!request.Headers.Contains("DPoP"))
            {
                return Answer(HttpStatusCode.BadRequest, """{"error":"invalid_dpop_proof"}""");
            }

            if (form["grant_type"] == "native")
            {
                var issued = await tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = form["client_id"] }, cancellationToken);
                return Granted("at-old", issued.RefreshToken);
            }

            return await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = new(form["refresh_token"]), ClientId = form["client_id"] }, cancellationToken)
                is ExchangeResult.Succeeded succeeded ? Granted("at-new", succeeded.RefreshToken) : Answer(HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""");
        }

        private static HttpResponseMessage Granted(string accessToken, RefreshToken refreshToken) =>
            Answer(HttpStatusCode.OK, $$"""{"access_token":"{{accessToken}}","token_type":"DPoP","expires_in":600,"refresh_token":"{{refreshToken.Reveal()}}"}""");

        private static HttpResponseMessage Answer(HttpStatusCode status, string json) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
    }

    private sealed class Api : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(request.Headers.Authorization is { Scheme: "DPoP", Parameter: "at-new" } ? HttpStatusCode.OK : HttpStatusCode.Unauthorized));
    }
}
