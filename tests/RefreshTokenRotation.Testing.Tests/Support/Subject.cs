using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Model;

namespace RefreshTokenRotation.Testing.Tests.Support;

/// <summary>An engine under test, the real one unless told otherwise: wired as a host wires it, on a fake clock, with its events recorded.</summary>
internal sealed class Subject : IDisposable
{
    private readonly ServiceProvider _provider;

    public Subject(ITokenStore? store = null, Action<IServiceCollection>? configure = null)
    {
        Store = store ?? new InMemoryTokenStore();
        var services = new ServiceCollection();
        services.AddSingleton(this);
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<EventSink>(Events);
        services.AddSingleton(Store);
        services.AddSingleton<IRotationPolicyResolver>(new Resolver(this));
        services.AddSingleton<IExchangeHook>(new Hook(this));
        configure?.Invoke(services);
        services.AddRefreshTokenRotation(options => options.AllowRotatingNonExpiring = true);

        _provider = services.BuildServiceProvider();
        Tokens = _provider.GetRequiredService<IRefreshTokenService>();
        Families = _provider.GetRequiredService<ITokenFamilyManager>();
    }

    public FakeTime Time { get; } = new();

    public RecordingSink Events { get; } = new();

    public ITokenStore Store { get; }

    public IRefreshTokenService Tokens { get; }

    public ITokenFamilyManager Families { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The policies by client.</summary>
    public Dictionary<string, RotationPolicy> Policies { get; } = new(StringComparer.Ordinal);

    public RotationPolicy DefaultPolicy { get; set; } = RotationPolicy.Spa;

    /// <summary>What the host's hook says to the next exchange.</summary>
    public ModelHookAnswer HookAnswer { get; set; } = new();

    public RotationPolicy PolicyOf(RotationPolicyContext context) => Policies.GetValueOrDefault(context.ClientId, DefaultPolicy);

    public void Dispose() => _provider.Dispose();

    private sealed class Resolver(Subject subject) : IRotationPolicyResolver
    {
        public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken) =>
            new(subject.PolicyOf(context));
    }

    private sealed class Hook(Subject subject) : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
        {
            var answer = subject.HookAnswer;
            if (answer.Refuse)
            {
                context.Refuse();
            }

            if (answer.AbsoluteBound is { } absolute)
            {
                context.ShortenAbsoluteExpiry(absolute);
            }

            if (answer.IdleBound is { } idle)
            {
                context.ShortenIdleExpiry(idle);
            }

            return ValueTask.CompletedTask;
        }
    }
}
