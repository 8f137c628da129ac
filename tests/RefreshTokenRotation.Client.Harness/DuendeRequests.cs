using Duende.IdentityModel.OidcClient;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>The handler of Duende.IdentityModel.OidcClient as its documentation shows it, over a file that its event writes and its start reads.</summary>
internal sealed class DuendeRequests : Worker.IRequests
{
    private const string FileName = "tokens";

    private readonly HttpClient _http;

    private DuendeRequests(HttpClient http) => _http = http;

    public static async Task<DuendeRequests> CreateAsync(Uri server, string folder)
    {
        var file = Path.Combine(folder, FileName);
        var stored = (await File.ReadAllTextAsync(file)).Split('\n');
        var client = new OidcClient(new OidcClientOptions
        {
            Authority = server.AbsoluteUri,
            ClientId = AuthServer.ClientId,
            ProviderInformation = new ProviderInformation
            {
                IssuerName = server.AbsoluteUri,
                AuthorizeEndpoint = new Uri(server, "/authorize").AbsoluteUri,
                TokenEndpoint = new Uri(server, "/oauth/token").AbsoluteUri,
                KeySet = new Duende.IdentityModel.Jwk.JsonWebKeySet(),
            },
        });
        var handler = new RefreshTokenDelegatingHandler(client, stored[0], stored[1], "Bearer", new LocalApi());
        handler.TokenRefreshed += (_, tokens) =>
        {
            var next = Path.Combine(folder, Path.GetRandomFileName());
            File.WriteAllText(next, $"{tokens.AccessToken}\n{tokens.RefreshToken}");
            File.Move(next, file, overwrite: true);
        };
        return new DuendeRequests(new HttpClient(handler) { BaseAddress = new Uri(server, "/api/") });
    }

    /// <summary>What the file holds after a log-in.</summary>
    public static Task SignInAsync(string folder, string accessToken, string refreshToken) =>
        File.WriteAllTextAsync(Path.Combine(folder, FileName), $"{accessToken}\n{refreshToken}");

    public async Task<bool> SendAsync()
    {
        try
        {
            using var response = await _http.GetAsync("thing");
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return default;
    }
}
