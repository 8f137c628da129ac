using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>What is missing is said when the host starts.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StartTests
{
    [Test]
    public async Task Context_without_the_model_call_is_refused_by_a_message_that_names_the_call()
    {
        using var host = Host(services => services
            .AddDbContext<BareDbContext>(options => options.UseNpgsql("Host=nowhere"))
            .AddRefreshTokenRotation().UseEntityFrameworkCore<BareDbContext>());

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("*BareDbContext*modelBuilder.AddRefreshTokenRotation()*OnModelCreating*");
        await FluentActions.Awaiting(() => host.Services.GetRequiredService<ITokenStore>().FindAsync(Families.Create()).AsTask())
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*modelBuilder.AddRefreshTokenRotation()*");
    }

    [Test]
    public async Task Context_that_is_not_registered_is_refused_by_a_message_that_names_the_call()
    {
        using var host = Host(services => services.AddRefreshTokenRotation().UseEntityFrameworkCore<BareDbContext>());

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("BareDbContext is not registered*AddDbContextFactory<BareDbContext>*");
    }

    [Test]
    public async Task Context_that_all_calls_would_share_is_refused()
    {
        using var host = Host(services => services
            .AddDbContext<HostDbContext>(options => options.UseNpgsql("Host=nowhere"), ServiceLifetime.Singleton)
            .AddRefreshTokenRotation().UseEntityFrameworkCore<HostDbContext>());

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("HostDbContext is a singleton*Register it as scoped*");
    }

    [TestCase(ContextKind.Own)]
    [TestCase(ContextKind.Scoped)]
    public async Task Missing_tables_are_named_when_all_services_have_started(ContextKind kind)
    {
        await using var database = await TestDatabase.EmptyAsync(kind);
        using var host = Host(services => database.Use(services.AddRefreshTokenRotation()));

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("*can't be read*migration*")).WithInnerException<Npgsql.PostgresException>();
    }

    [Test]
    public async Task Migrations_that_another_service_applies_at_the_start_are_early_enough()
    {
        await using var database = await TestDatabase.EmptyAsync(ContextKind.Scoped);
        using var host = Host(services =>
        {
            database.Use(services.AddRefreshTokenRotation());
            services.AddHostedService(_ => new Migration(async () =>
            {
                await using var context = database.HostContext();
                await database.ExecuteAsync($"SET search_path = {database.Name}; {context.Database.GenerateCreateScript()}; RESET search_path");
            }));
        });

        await host.StartAsync();
        await host.Services.GetRequiredService<ITokenStore>().AddAsync(Families.Create());
        await host.StopAsync();
    }

    [Test]
    public async Task Tables_are_created_once_by_nodes_that_start_together_and_again_by_none()
    {
        await using var database = await TestDatabase.EmptyAsync();
        await database.ExecuteAsync($"CREATE TABLE {database.Name}.of_somebody_else (id int)");
        var hosts = Enumerable.Range(0, 6)
            .Select(_ => Host(services => database.Use(services.AddRefreshTokenRotation(), configure: options => options.CreateSchema = true))).ToArray();

        await Task.WhenAll(hosts.Select(host => Task.Run(() => host.StartAsync())));
        var family = Families.Create();
        await hosts[0].Services.GetRequiredService<ITokenStore>().AddAsync(family);
        foreach (var host in hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        using var again = Host(services => database.Use(services.AddRefreshTokenRotation(), configure: options => options.CreateSchema = true));
        await again.StartAsync();
        (await again.Services.GetRequiredService<ITokenStore>().FindAsync(family)).Should().NotBeNull();
        await again.StopAsync();
    }

    [Test]
    public void Token_store_and_policy_store_are_both_in_the_database_whatever_was_chosen_before()
    {
        using var provider = new ServiceCollection().AddRefreshTokenRotation()
            .UseEntityFrameworkCore<BareDbContext>()
            .UseEntityFrameworkCore((_, options) => options.UseNpgsql("Host=nowhere"))
            .Services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        provider.GetServices<ITokenStore>().Should().ContainSingle().Which.Should().BeOfType<EntityFrameworkCoreTokenStore>();
        provider.GetServices<IRotationPolicyStore>().Should().ContainSingle().Which.Should().BeOfType<RotationPolicyCache>();
        provider.GetRequiredService<ContextSource>().OpenAsync.Target.Should().BeOfType<Contexts<RefreshTokenRotationDbContext>>();
    }

    private static IHost Host(Action<IServiceCollection> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class BareDbContext(DbContextOptions<BareDbContext> options) : DbContext(options);

    private sealed class Migration(Func<Task> apply) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => apply();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
