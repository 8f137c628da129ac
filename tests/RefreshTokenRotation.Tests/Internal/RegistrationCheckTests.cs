using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>What the host registered and can't mean is said when it starts.</summary>
[TestFixture]
internal sealed class RegistrationCheckTests
{
    [Test]
    public async Task Second_token_store_is_a_warning_that_names_both()
    {
        using var log = new LogCapture();
        using var host = Build(log, builder => builder.UseTokenStore(static _ => new InMemoryTokenStore()).UseTokenStore<InMemoryTokenStore>());

        await host.StartAsync();

        var entry = log.Of(21).Should().ContainSingle().Subject;
        (entry.Level, entry.Message).Should().Be((
            LogLevel.Warning,
            "Several token stores were chosen: UseTokenStore, UseTokenStore<InMemoryTokenStore>. The last one, UseTokenStore<InMemoryTokenStore>, keeps the families: remove the others"));
    }

    [Test]
    public async Task One_token_store_is_no_warning()
    {
        using var log = new LogCapture();
        using var host = Build(log, builder => builder.UseTokenStore<InMemoryTokenStore>().UseTokenStore<InMemoryTokenStore>());

        await host.StartAsync();

        log.Of(21).Should().BeEmpty();
    }

    [TestCase(typeof(ITokenStore), typeof(InMemoryTokenStore))]
    [TestCase(typeof(IRotationPolicyStore), typeof(InMemoryRotationPolicyStore))]
    [TestCase(typeof(IAccessTokenIssuer), typeof(object))]
    public async Task Part_that_can_not_be_scoped_stops_the_start(Type part, Type made)
    {
        using var log = new LogCapture();
        using var host = Build(log, builder => builder.Services.AddScoped(part, _ => Activator.CreateInstance(made)!));

        (await host.Awaiting(host => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"{part.Name} is registered as scoped*Register it as a singleton*IServiceScopeFactory*");
    }

    [Test]
    public async Task Hooks_and_handlers_may_be_scoped()
    {
        using var log = new LogCapture();
        using var host = Build(log, builder => builder.Services
            .AddScoped<IExchangeHook, ScriptedHook>()
            .AddScoped(typeof(IRefreshTokenEventHandler), static _ => new NoHandler()));

        await host.StartAsync();
    }

    [Test]
    public async Task Singleton_that_needs_a_scoped_service_stops_the_start_in_every_environment()
    {
        using var log = new LogCapture();
        using var host = Build(log, builder =>
        {
            builder.Services.AddScoped<Database>().AddScoped(typeof(Table<>));
            builder.AddExchangeHook<HookOnDatabase>(ServiceLifetime.Singleton);
        });
        using var generic = Build(log, builder =>
        {
            builder.Services.AddScoped(typeof(Table<>));
            builder.AddExchangeHook<HookOnTable>(ServiceLifetime.Singleton);
        });

        (await host.Awaiting(host => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("HookOnDatabase is a singleton, but needs Database, which is scoped*Register HookOnDatabase as scoped*IServiceScopeFactory*");
        (await generic.Awaiting(host => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()).WithMessage("HookOnTable is a singleton*");
    }

    [Test]
    public async Task Scoped_hook_may_need_a_scoped_service()
    {
        using var log = new LogCapture();
        using var host = Build(log, builder =>
        {
            builder.Services.AddScoped<Database>();
            builder.AddExchangeHook<HookOnDatabase>();
        });

        await host.StartAsync();
    }

    private static IHost Build(LogCapture log, Action<RefreshTokenRotationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(log);
        configure(builder.Services.AddRefreshTokenRotation().ConfigurePruning(static options => options.Enabled = false));
        return builder.Build();
    }

    private sealed class Database;

    private sealed class Table<T>
    {
        public T? First { get; set; }
    }

    private class NoHook : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class HookOnDatabase(Database database) : NoHook
    {
        public Database Database => database;
    }

    private sealed class HookOnTable(Table<int> table) : NoHook
    {
        public Table<int> Table => table;
    }

    private sealed class NoHandler : IRefreshTokenEventHandler
    {
        public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken) => default;
    }
}
