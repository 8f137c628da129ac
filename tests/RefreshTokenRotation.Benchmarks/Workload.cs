using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>What a client does, whatever the store: a log-in with all that hosts usually know, and one exchange after the other.</summary>
internal static class Workload
{
    public static DeviceInfo Device { get; } = new()
    {
        IpAddress = "203.0.113.7",
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
        Name = "work laptop",
    };

    public static IssueRequest Login(string subject) => new()
    {
        Subject = subject,
        ClientId = "spa",
        SessionId = "2b5c7a0e4f",
        Scopes = ["openid", "profile", "offline_access"],
        Resources = ["https://api.example.com"],
        Device = Device,
        Metadata = new Dictionary<string, string> { ["region"] = "eu" },
    };

    /// <summary>Exchanges the token, and the next time the one that it got.</summary>
    public static Func<Task> Client(IRefreshTokenService engine, RefreshToken token) => async () =>
    {
        var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa", Device = Device });
        token = ((ExchangeResult.Succeeded)result).RefreshToken;
    };

    public static async Task<TokenFamily> RowAsync(IServiceProvider provider, string subject)
    {
        var store = provider.GetRequiredService<ITokenStore>();
        var query = new TokenFamilyQuery(TokenFamilyFilter.ForUser(subject), null, 1, DateTimeOffset.UtcNow);
        return (await store.ListAsync(query, CancellationToken.None)).Single();
    }
}
