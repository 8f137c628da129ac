using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>The real engine, wired as a host wires it, on a fake clock and with its events recorded.</summary>
internal sealed class Engine : IDisposable
{
    public const string Client = "spa";
    public const string User = "alice";

    private readonly ServiceProvider _provider;

    public Engine(RotationPolicy? policy = null, ITokenStore? store = null, Action<RefreshTokenRotationBuilder>? configure = null)
    {
        Policy = policy ?? RotationPolicy.Strict;
        Store = store ?? new InMemoryTokenStore();

        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<EventSink>(Events);
        services.AddSingleton(Store);
        services.AddSingleton<IRotationPolicyResolver>(new Resolver(this));
        var builder = services.AddRefreshTokenRotation(options => options.AllowRotatingNonExpiring = true);
        configure?.Invoke(builder);

        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Tokens = _provider.GetRequiredService<IRefreshTokenService>();
        Families = _provider.GetRequiredService<ITokenFamilyManager>();
    }

    /// <summary>The policy of every client, which a test may change at any time.</summary>
    public RotationPolicy Policy { get; set; }

    public FakeTime Time { get; } = new();

    public RecordingSink Events { get; } = new();

    public ITokenStore Store { get; }

    public IRefreshTokenService Tokens { get; }

    public ITokenFamilyManager Families { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public async Task<IssueResult> IssueAsync(string subject = User, string client = Client, params string[] resources) =>
        await Tokens.IssueAsync(new IssueRequest { Subject = subject, ClientId = client, Scopes = ["openid", "offline_access"], Resources = resources });

    public async Task<ExchangeResult> ExchangeAsync(RefreshToken token, string client = Client) =>
        await Tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = client });

    /// <summary>Exchanges and expects a success.</summary>
    public async Task<ExchangeResult.Succeeded> SucceedAsync(RefreshToken token) =>
        (await ExchangeAsync(token)).Should().BeOfType<ExchangeResult.Succeeded>().Subject;

    /// <summary>Exchanges and expects a refusal.</summary>
    public async Task<RejectionReason> FailAsync(RefreshToken token) =>
        (await ExchangeAsync(token)).Should().BeOfType<ExchangeResult.Rejected>().Subject.Reason;

    /// <summary>The stored row of a family.</summary>
    public async Task<TokenFamily> RowAsync(Guid familyId) =>
        (await Store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForFamily(familyId), null, 1, Now), CancellationToken.None)).Single();

    public void Dispose() => _provider.Dispose();

    private sealed class Resolver(Engine engine) : IRotationPolicyResolver
    {
        public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken) => new(engine.Policy);
    }
}
