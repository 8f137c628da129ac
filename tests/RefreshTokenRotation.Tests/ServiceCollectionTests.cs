using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests;

[TestFixture]
internal sealed class ServiceCollectionTests
{
    private static readonly ServiceProviderOptions Strict = new() { ValidateOnBuild = true, ValidateScopes = true };

    private ServiceCollection _services = null!;

    [SetUp]
    public void SetUp() => _services = [];

    [Test]
    public async Task One_call_and_nothing_else_gives_a_working_default()
    {
        _services.AddRefreshTokenRotation();
        await using var provider = _services.BuildServiceProvider(Strict);
        var tokens = provider.GetRequiredService<IRefreshTokenService>();

        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });
        var rotated = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "c" });
        var replayed = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "c" });

        rotated.Should().BeOfType<ExchangeResult.Succeeded>().Which.Outcome.Should().Be(ExchangeOutcome.Rotated);
        replayed.Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.ReuseDetected);
        provider.GetRequiredService<ITokenFamilyManager>().Should().NotBeNull();
        provider.GetRequiredService<IRotationPolicyManager>().Should().NotBeNull();
    }

    [Test]
    public void Registrations_of_the_host_win_whether_before_or_after([Values] bool before)
    {
        var (store, time, policies, resolver) = (new InterceptingStore(), new FakeTime(), new OwnPolicyStore(), new OwnResolver());
        void Register() => _services
            .AddSingleton<ITokenStore>(store)
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<IRotationPolicyStore>(policies)
            .AddSingleton<IRotationPolicyResolver>(resolver);

        if (before)
        {
            Register();
        }

        _services.AddRefreshTokenRotation();
        if (!before)
        {
            Register();
        }

        using var provider = _services.BuildServiceProvider(Strict);
        provider.GetRequiredService<ITokenStore>().Should().BeSameAs(store);
        provider.GetRequiredService<TimeProvider>().Should().BeSameAs(time);
        provider.GetRequiredService<IRotationPolicyStore>().Should().BeSameAs(policies);
        provider.GetRequiredService<IRotationPolicyResolver>().Should().BeSameAs(resolver);
    }

    [Test]
    public async Task Builder_replaces_the_parts_and_the_last_choice_wins()
    {
        _services.AddRefreshTokenRotation()
            .UseTokenStore<InMemoryTokenStore>().UseTokenStore<OwnStore>()
            .UsePolicyStore<InMemoryRotationPolicyStore>().UsePolicyStore<OwnPolicyStore>()
            .UsePolicyResolver<OwnResolver>()
            .AddExchangeHook<OwnHook>().AddExchangeHook<OwnHook>()
            .AddEventHandler<OwnHandler>().AddEventHandler<OwnHandler>();
        await using var provider = _services.BuildServiceProvider(Strict);

        provider.GetServices<ITokenStore>().Should().ContainSingle().Which.Should().BeOfType<OwnStore>();
        provider.GetServices<IRotationPolicyStore>().Should().ContainSingle().Which.Should().BeOfType<OwnPolicyStore>();
        provider.GetServices<IRotationPolicyResolver>().Should().ContainSingle().Which.Should().BeOfType<OwnResolver>();
        await using var scope = provider.CreateAsyncScope();
        scope.ServiceProvider.GetServices<IExchangeHook>().Should().ContainSingle();
        scope.ServiceProvider.GetServices<IRefreshTokenEventHandler>().Should().ContainSingle();
        var issue = async () => await provider.GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });
        (await issue.Should().ThrowAsync<RefreshTokenUnavailableException>()).WithInnerException<NotSupportedException>();
    }

    [Test]
    public void Second_call_without_settings_adds_nothing_and_one_with_settings_is_refused()
    {
        _services.AddRefreshTokenRotation(options => options.TokenPrefix = "a_");
        var types = _services.Select(service => service.ServiceType).Where(type => type.Assembly == typeof(IRefreshTokenService).Assembly).ToArray();

        _services.AddRefreshTokenRotation();
        _services.Invoking(services => services.AddRefreshTokenRotation(options => options.TokenPrefix = "b_")).Should()
            .Throw<InvalidOperationException>().WithMessage("*services.Configure<RefreshTokenRotationOptions>*second container*");
        _services.Configure<RefreshTokenRotationOptions>(options => options.EventQueueCapacity = 7);

        _services.Select(service => service.ServiceType).Where(type => type.Assembly == typeof(IRefreshTokenService).Assembly).Should().Equal(types);
        _services.Count(service => service.ServiceType == typeof(IHostedService)).Should().Be(3, "events, pruning, and the check of what is registered");
        using var provider = _services.BuildServiceProvider(Strict);
        var options = provider.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value;
        (options.TokenPrefix, options.EventQueueCapacity).Should().Be(("a_", 7));
    }

    [TestCase("Development", 0)]
    [TestCase("Production", 1)]
    [TestCase("Staging", 1)]
    [TestCase(null, 1)]
    public async Task Store_in_memory_is_warned_of_once_outside_development(string? environment, int warnings)
    {
        using var log = new LogCapture();
        _services.AddSingleton<ILoggerFactory>(log);
        if (environment is not null)
        {
            _services.AddSingleton<IHostEnvironment>(new OwnEnvironment { EnvironmentName = environment });
        }

        _services.AddRefreshTokenRotation();
        await using var provider = _services.BuildServiceProvider(Strict);
        for (var i = 0; i < 3; i++)
        {
            await provider.GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });
            await provider.GetRequiredService<ITokenFamilyManager>().ListAsync(new TokenFamilyFilter());
        }

        log.Of(12).Should().HaveCount(warnings);
        log.Entries.Count(entry => entry.Level >= LogLevel.Warning).Should().Be(warnings);
    }

    [Test]
    public async Task Store_of_the_host_is_not_warned_of()
    {
        using var log = new LogCapture();
        _services.AddSingleton<ILoggerFactory>(log);
        _services.AddRefreshTokenRotation().UseTokenStore<InMemoryTokenStore>();
        await using var provider = _services.BuildServiceProvider(Strict);

        await provider.GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });

        log.Of(12).Should().BeEmpty();
    }

    [Test]
    public async Task Host_with_bad_options_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRefreshTokenRotation(options => options.DefaultPolicy = new RotationPolicy { ActiveCap = 0 });
        using var host = builder.Build();

        var start = () => host.StartAsync();

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*DefaultPolicy: ActiveCap (0) must be between 1 and 1000000*");
    }

    [Test]
    public async Task Host_with_good_options_starts_and_stops()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRefreshTokenRotation().AddEventHandler<OwnHandler>(ServiceLifetime.Singleton);
        using var host = builder.Build();

        await host.StartAsync();
        await host.Services.GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });
        await host.StopAsync();

        ((OwnHandler)host.Services.GetRequiredService<IRefreshTokenEventHandler>()).Count.Should().Be(1, "stop drains");
    }

    [Test]
    public void Null_arguments_are_refused()
    {
        Action[] calls =
        [
            () => ((IServiceCollection)null!).AddRefreshTokenRotation(),
            () => ((IServiceCollection)null!).AddRefreshTokenRotation(_ => { }),
            () => _services.AddRefreshTokenRotation((Action<RefreshTokenRotationOptions>)null!),
        ];

        calls.Should().AllSatisfy(call => call.Should().Throw<ArgumentNullException>());
    }

    private sealed class OwnStore : ITokenStore
    {
        public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class OwnPolicyStore : IRotationPolicyStore
    {
        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => new((RotationPolicy?)null);

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) => new((VersionedRotationPolicy?)null);

        public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken) => new(true);
    }

    private sealed class OwnResolver : IRotationPolicyResolver
    {
        public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken) => new(RotationPolicy.Spa);
    }

    private sealed class OwnHook : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class OwnHandler : IRefreshTokenEventHandler
    {
        public int Count { get; private set; }

        public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
        {
            Count++;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class OwnEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = string.Empty;

        public string ApplicationName { get; set; } = string.Empty;

        public string ContentRootPath { get; set; } = string.Empty;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
