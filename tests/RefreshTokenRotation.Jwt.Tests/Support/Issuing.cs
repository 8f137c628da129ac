using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests.Support;

/// <summary>The issuer, wired as a host wires it, on a fake clock.</summary>
internal sealed class Issuing : IAsyncDisposable
{
    public const string Issuer = "https://issuer.example/";

    private readonly ServiceProvider _provider;

    public Issuing(Action<JwtAccessTokenOptions>? configure = null, Action<RefreshTokenRotationBuilder>? build = null, IReadOnlyList<SigningKey>? keys = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<ILoggerFactory>(Log);
        var builder = services.AddRefreshTokenRotation().UseJwtAccessTokens(options =>
        {
            options.Issuer = Issuer;
            foreach (var key in keys ?? [Keys.Ec])
            {
                options.SigningKeys.Add(key);
            }

            configure?.Invoke(options);
        });
        build?.Invoke(builder);
        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public FakeTime Time { get; } = new();

    public LogCapture Log { get; } = new();

    public IServiceProvider Services => _provider;

    public JwtAccessTokenIssuer Tokens => _provider.GetRequiredService<JwtAccessTokenIssuer>();

    public IRefreshTokenService Families => _provider.GetRequiredService<IRefreshTokenService>();

    public static AccessTokenRequest Request(params string[] scopes) =>
        new() { Subject = "alice", ClientId = "spa", Scopes = scopes.Length == 0 ? ["read", "write"] : scopes };

    public async Task<AccessToken> IssueAsync(AccessTokenRequest? request = null) => await Tokens.IssueAsync(request ?? Request(), CancellationToken.None);

    public async Task<ReadToken> AccessAsync(AccessTokenRequest? request = null) => new((await IssueAsync(request)).Value);

    public async Task<ReadToken> IdAsync(AccessTokenRequest? request = null) => new((await IssueAsync(request ?? Request("openid"))).IdToken!);

    public async Task<ValidatedAccessToken?> ValidateAsync(string token) => await Tokens.ValidateAsync(token, CancellationToken.None);

    public async Task<string> KeySetAsync() => await Tokens.GetJsonWebKeySetAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
