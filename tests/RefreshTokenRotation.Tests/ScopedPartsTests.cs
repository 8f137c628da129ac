using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests;

/// <summary>Hooks and event handlers may be scoped; singletons cost no scope.</summary>
[TestFixture]
internal sealed class ScopedPartsTests
{
    private static readonly ServiceProviderOptions Development = new() { ValidateOnBuild = true, ValidateScopes = true };

    [Test]
    public async Task Scoped_hook_and_handler_use_a_scoped_service_in_parallel()
    {
        const int Calls = 200;
        var log = new ScopeLog();
        var services = Services(log);
        services.AddRefreshTokenRotation().AddExchangeHook<Hook>().AddEventHandler<Handler>();
        await using (var production = services.BuildServiceProvider())
        {
            var tokens = production.GetRequiredService<IRefreshTokenService>();
            var issued = new List<IssueResult>();
            for (var i = 0; i < Calls; i++)
            {
                issued.Add(await tokens.IssueAsync(new IssueRequest { Subject = $"user-{i}", ClientId = "c" }));
            }

            var results = await Task.WhenAll(issued.Select(family => Task.Run(async () =>
                await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = family.RefreshToken, ClientId = "c" }))));

            results.Should().AllBeOfType<ExchangeResult.Succeeded>();
            await StopAsync(production);
        }

        log.ByHook.Should().HaveCount(Calls).And.OnlyHaveUniqueItems("each exchange has a scope of its own");
        log.ByHandler.Should().HaveCount(2 * Calls).And.OnlyHaveUniqueItems("each event has a scope of its own");
        log.Overlaps.Should().Be(0);
        log.Alive.Should().Be(0, "every scope was disposed");
    }

    [Test]
    public async Task Scoped_hook_comes_from_the_scope_of_the_request()
    {
        var log = new ScopeLog();
        var services = Services(log);
        services.AddRefreshTokenRotation().AddExchangeHook<Hook>();
        await using var provider = services.BuildServiceProvider(Development);
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var token = (await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" })).RefreshToken;

        await using (var scope = provider.CreateAsyncScope())
        {
            await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "c", Services = scope.ServiceProvider });

            log.ByHook.Should().ContainSingle().Which.Should().Be(scope.ServiceProvider.GetRequiredService<ScopedContext>().Number);
            log.Alive.Should().Be(1, "the scope is the caller's, and is left to it");
        }

        log.Alive.Should().Be(0);
    }

    [Test]
    public async Task Access_token_is_made_in_the_scope_of_the_request()
    {
        var services = Services(new ScopeLog());
        services.AddRefreshTokenRotation();
        await using var provider = services.BuildServiceProvider(Development);
        await using var scope = provider.CreateAsyncScope();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var seen = new List<IServiceProvider?>();
        AccessTokenFactory create = (context, _) =>
        {
            seen.Add(AccessTokenRequest.For(context).Services);
            return new(new AccessToken { Value = "at", Lifetime = TimeSpan.FromMinutes(5) });
        };

        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c", CreateAccessToken = create, Services = scope.ServiceProvider });
        await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "c", CreateAccessToken = create, Services = scope.ServiceProvider });

        seen.Should().HaveCount(2).And.OnlyContain(services => ReferenceEquals(services, scope.ServiceProvider));
    }

    [Test]
    public async Task Singletons_among_scoped_handlers_stay_singletons()
    {
        var log = new ScopeLog();
        var services = Services(log);
        services.AddRefreshTokenRotation().AddEventHandler<Handler>().AddEventHandler<Counter>(ServiceLifetime.Singleton);
        await using (var provider = services.BuildServiceProvider(Development))
        {
            var tokens = provider.GetRequiredService<IRefreshTokenService>();
            for (var i = 0; i < 5; i++)
            {
                await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });
            }

            await StopAsync(provider);
        }

        log.Counters.Should().Be(1);
        log.ByHandler.Should().HaveCount(5);
        log.ByCounter.Should().Be(5);
        log.Alive.Should().Be(0);
    }

    [Test]
    public async Task Singletons_cost_neither_a_scope_nor_memory()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IExchangeHook, Nothing>();
        var parts = new HostParts<IExchangeHook>(services, new NoScopes(services.BuildServiceProvider(Development)));
        var refusing = new NoScopes(null);
        var use = static (IExchangeHook[] hooks, int state) => new ValueTask<int>(hooks.Length + state);
        await parts.UseAsync(refusing, 1, use);

        var used = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            used += await parts.UseAsync(refusing, i, use);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        (used, allocated).Should().Be((500_500, 0L));
    }

    [Test]
    public async Task Scope_of_the_request_is_not_asked_for_singletons()
    {
        var services = Services(new ScopeLog());
        services.AddSingleton<IExchangeHook, Nothing>();
        services.AddRefreshTokenRotation();
        await using var provider = services.BuildServiceProvider(Development);
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var token = (await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" })).RefreshToken;

        var result = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "c", Services = new NoScopes(null) });

        result.Should().BeOfType<ExchangeResult.Succeeded>();
    }

    /// <summary>What a host does before it disposes of its container: events are drained while there are scopes.</summary>
    private static async Task StopAsync(IServiceProvider provider)
    {
        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    private static ServiceCollection Services(ScopeLog log)
    {
        var services = new ServiceCollection();
        services.AddSingleton(log).AddScoped<ScopedContext>();
        return services;
    }

    private sealed class Hook(ScopedContext context, ScopeLog log) : IExchangeHook
    {
        public async ValueTask OnExchangeAsync(ExchangeHookContext exchange, CancellationToken cancellationToken)
        {
            await context.UseAsync();
            log.ByHook.Enqueue(context.Number);
        }
    }

    private sealed class Handler(ScopedContext context, ScopeLog log) : IRefreshTokenEventHandler
    {
        public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
        {
            await context.UseAsync();
            log.ByHandler.Enqueue(context.Number);
        }
    }

    private sealed class Counter : IRefreshTokenEventHandler
    {
        private readonly ScopeLog _log;

        public Counter(ScopeLog log)
        {
            _log = log;
            log.Counters++;
        }

        public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
        {
            _log.ByCounter++;
            return default;
        }
    }

    private sealed class Nothing : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken) => default;
    }

    /// <summary>Gives the services of a container, and never a scope; without one it gives nothing.</summary>
    private sealed class NoScopes(IServiceProvider? services) : IServiceProvider, IServiceScopeFactory
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(IServiceScopeFactory) ? this
            : (services ?? throw new InvalidOperationException("Singletons need no scope.")).GetService(serviceType);

        public IServiceScope CreateScope() => throw new InvalidOperationException("Singletons need no scope.");
    }
}
