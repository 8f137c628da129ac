using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Client.Tests.Snippets;

/// <summary>The README's registrations and calls.</summary>
internal static class Start
{
    public static void Register(IServiceCollection services, string folder, byte[] key)
    {
        // snippet: register
        services.AddRefreshTokenClient("api", options =>
        {
            options.Authority = new Uri("https://login.example");
            options.ClientId = "desktop";
            options.OnSessionEnded = LogInAsync;
        }).UseFiles(folder).UseEncryptionKey(key);

        services.AddHttpClient("orders").AddRefreshTokenHandler("api");
        // end-snippet
    }

    // snippet: log-in
    private static async ValueTask LogInAsync(SessionEndedContext context, CancellationToken cancellationToken)
    {
        var code = await Browser.GetCodeAsync(cancellationToken); // yours: a loopback listener, or a device code
        await context.RedeemAsync(
            [
                new("grant_type", "authorization_code"),
                new("code", code.Value),
                new("code_verifier", code.Verifier),
                new("redirect_uri", code.RedirectUri),
            ],
            cancellationToken);
    }
    // end-snippet

    public static async Task<string> OneRequestAsync(HttpClient orders)
    {
        // snippet: target
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://orders.example/mine");
        request.SetTokenTarget(new TokenTarget(resource: "https://orders.example", scope: "read"));
        using var response = await orders.SendAsync(request);
        // end-snippet
        return await response.Content.ReadAsStringAsync();
    }

    public static void RegisterShared(IServiceCollection services, System.Data.Common.DbDataSource dataSource)
    {
        // snippet: nodes
        services.AddRefreshTokenClient("api", options =>
        {
            options.Authority = new Uri("https://login.example");
            options.ClientId = "web";
            options.ClientSecret = Secrets.Client;
        }).UseStore(_ => new PostgreSqlTokenSessionStore(dataSource)).UseDataProtection();

        services.AddHttpContextAccessor();
        services.AddSingleton<ITokenSessionAccessor, UserSession>();
        // end-snippet
    }

    internal static class Browser
    {
        public static Task<(string Value, string Verifier, string RedirectUri)> GetCodeAsync(CancellationToken cancellationToken) =>
            Task.FromResult(("c", "v", "http://127.0.0.1/")).WaitAsync(cancellationToken);
    }

    internal static class Secrets
    {
        public static string Client => "secret";
    }
}
