using System.Net;
using System.Net.Sockets;
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
    public async Task Database_that_refuses_connections_is_named_and_not_a_migration([Values] bool createSchema)
    {
        using var port = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: it refuses every connection

        var fault = await StartAsync($"Host=127.0.0.1;Port={((IPEndPoint)port.LocalEndPoint!).Port};Username=app;Password=hush", createSchema);

        fault.Message.Should().Match("*can't connect to the database*Failed to connect to 127.0.0.1:*refused*Check that the server runs*connection string*")
            .And.NotContain("migration");
        fault.ToString().Should().NotContain("hush");
    }

    [Test]
    public async Task Database_that_does_not_exist_is_named_with_the_command_that_creates_it() =>
        (await StartAsync($"{TestServer.ConnectionString};Database=nowhere", createSchema: false)).Message
            .Should().Match("*3D000*\"nowhere\" does not exist*dotnet ef database update creates it*");

    [TestCase("Hots=127.0.0.1;Password=hush")]
    [TestCase("Host=127.0.0.1;Password")]
    [TestCase("Username=app;Password=hush")]
    [TestCase("")]
    public async Task Connection_string_that_can_not_be_read_is_named(string connectionString)
    {
        var fault = await StartAsync(connectionString, createSchema: false);

        fault.Message.Should().Match("The connection string of HostDbContext*can't be read*").And.NotContain("migration");
        fault.ToString().Should().NotContain("hush");
        fault.InnerException.Should().NotBeNull();
    }

    [Test]
    public async Task Right_that_is_missing_is_named_with_what_the_server_said()
    {
        await using var database = await TestDatabase.CreateAsync(ContextKind.Scoped);
        await database.ExecuteAsync($"CREATE ROLE {database.Name} LOGIN; GRANT USAGE ON SCHEMA {database.Name} TO {database.Name}");
        try
        {
            (await StartAsync($"{database.ConnectionString};Username={database.Name}", createSchema: false)).Message
                .Should().Match("*can't be read*42501: permission denied*If they are missing*");
            await database.ExecuteAsync($"GRANT SELECT ON ALL TABLES IN SCHEMA {database.Name} TO {database.Name}");
            (await StartAsync($"{database.ConnectionString};Username={database.Name}", createSchema: false)).Message
                .Should().Match("*statements fail*42501: permission denied*needs SELECT, INSERT*");
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {database.Name}; DROP ROLE {database.Name}");
        }
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

    /// <summary>What the start throws.</summary>
    private static async Task<Exception> StartAsync(string connectionString, bool createSchema)
    {
        using var host = Host(services => _ = createSchema
            ? services.AddRefreshTokenRotation().UseEntityFrameworkCore(options => options.UseNpgsql(connectionString), options => options.CreateSchema = true)
            : services.AddDbContext<HostDbContext>(options => options.UseNpgsql(connectionString)).AddRefreshTokenRotation().UseEntityFrameworkCore<HostDbContext>());
        return (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()).Which;
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
