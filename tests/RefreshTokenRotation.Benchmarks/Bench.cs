using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>The engine as a host wires it, over the in-memory store, and a family to exchange with.</summary>
internal sealed class Bench
{
    private readonly ExchangeRequest _garbage;

    private Bench(IRefreshTokenService tokens, RefreshToken first)
    {
        Tokens = tokens;
        Current = first;
        First = first;
        _garbage = Request(new RefreshToken(first.Reveal()[..^1] + "!"));
    }

    public IRefreshTokenService Tokens { get; }

    public RefreshToken First { get; }

    public RefreshToken Current { get; private set; }

    public static async Task<Bench> StartAsync(RotationPolicy policy, ServiceLifetime? hook = null)
    {
        var services = new ServiceCollection();
        var rotation = services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy);
        if (hook is { } lifetime)
        {
            rotation.AddExchangeHook<EmptyHook>(lifetime);
        }

        var tokens = services.BuildServiceProvider().GetRequiredService<IRefreshTokenService>();
        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa", Scopes = ["openid", "offline_access"] });
        return new Bench(tokens, issued.RefreshToken);
    }

    /// <summary>Exchanges the current token and keeps the next.</summary>
    public void Rotate() => Current = ((ExchangeResult.Succeeded)Exchange(Request(Current))).RefreshToken;

    /// <summary>Exchanges a token that stays what it is; the same answer each time.</summary>
    public ExchangeResult Present(RefreshToken token) => Exchange(Request(token));

    public ExchangeResult PresentGarbage() => Exchange(_garbage);

    private static ExchangeRequest Request(RefreshToken token) => new() { RefreshToken = token, ClientId = "spa" };

    private ExchangeResult Exchange(ExchangeRequest request)
    {
        // The in-memory store completes at once; anything else would not be this benchmark.
        var exchange = Tokens.ExchangeAsync(request);
        return exchange.IsCompletedSuccessfully ? exchange.Result : throw new InvalidOperationException("The exchange did not complete at once.");
    }

    private sealed class EmptyHook : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken) => default;
    }
}
