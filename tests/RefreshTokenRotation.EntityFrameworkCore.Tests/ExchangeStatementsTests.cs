using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>Which provider runs the store's own two statements, and which the framework's.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ExchangeStatementsTests
{
    private const int Refusal = 131;

    [TestCase("PostgreSQL")]
    [TestCase(nameof(Provider.Sqlite))]
    [TestCase(nameof(Provider.MariaDb))]
    public async Task Provider_runs_the_stores_own_statements_after_the_trial_at_the_start(string provider)
    {
        var sql = new SqlRecorder();
        using var log = new LogCapture();
        await using var database = await OpenAsync(provider);
        using var host = Host(builder => database.Use(builder, options => options.AddInterceptors(sql)), log);

        await host.StartAsync();
        sql.Clear();
        await ExchangeAsync(host);

        var own = sql.Statements!;
        own.IsRefused.Should().BeFalse();
        sql.Sent.Should().ContainInOrder(own.FindText, own.SwapText);
        log.Of(Refusal).Should().BeEmpty();
        await host.StopAsync();
    }

    [Test]
    public async Task Database_that_refuses_them_gets_the_frameworks_statements_and_the_log_says_so_once()
    {
        var sql = new SqlRecorder();
        using var log = new LogCapture();
        await using var database = await SettingsDatabase.OpenAsync(isPostgreSql: false, new Settings(), isCreated: true);
        using var host = database.Host(
            configure: services => services.AddSingleton<ILoggerFactory>(log), configureContext: options => options.AddInterceptors(sql, new RefusesWithoutAlias()));

        await host.StartAsync();
        sql.Clear();
        await ExchangeAsync(host);
        await ExchangeAsync(host);

        sql.Statements!.IsRefused.Should().BeTrue();
        sql.Sent.Should().ContainMatch("SELECT \"r\".*WHERE \"r\".\"LookupKey\" = @*").And.ContainMatch("UPDATE \"RefreshTokenFamilies\" AS \"r\" SET*");
        var warning = log.Of(Refusal).Should().ContainSingle().Subject;
        warning.Level.Should().Be(LogLevel.Warning);
        warning.Message.Should().StartWith("The database behind SettingsDbContext rejected");
        warning.Exception.Should().BeOfType<SyntaxException>();
        await host.StopAsync();
    }

    [Test]
    public async Task Own_update_writes_the_columns_that_the_frameworks_does([Values(Provider.Sqlite, Provider.MariaDb)] Provider provider)
    {
        var sql = new SqlRecorder();
        await using var database = await ProviderDatabase.CreateAsync(provider);
        var store = database.Store(options => options.AddInterceptors(sql));
        await using var context = database.Context(options => options.AddInterceptors(sql));
        var family = Families.Create();
        var next = Families.Rotated(family);
        await store.AddAsync(family);
        sql.Clear();

        (await context.UpdateFamilyAsync(FamilyRow.From(next), expectedVersion: family.Version, CancellationToken.None)).Should().Be(1);

        Columns(sql.Sent[0]).Should().BeEquivalentTo(Columns(ExchangeStatements.Of(context).SwapText)).And.HaveCount(FamilyRow.Changes.Length + 1);
        (await store.FindAsync(family)).Should().BeEquivalentTo(next);

        static IEnumerable<string> Columns(string update) =>
            Regex.Matches(update[..update.IndexOf("WHERE", StringComparison.Ordinal)], @"[""`](\w+)[""`] = ").Select(match => match.Groups[1].Value);
    }

    [TestCase("PostgreSQL")]
    [TestCase(nameof(Provider.Sqlite))]
    [TestCase(nameof(Provider.MariaDb))]
    public async Task Values_of_one_swap_never_reach_another(string provider)
    {
        await using var database = await OpenAsync(provider);
        using var node = Host(builder => database.Use(builder, static _ => { }));
        var store = node.Services.GetRequiredService<ITokenStore>();
        var bare = Families.Create("bare");
        var full = Families.Create("full");
        await store.AddAsync(bare);
        await store.AddAsync(full);
        bare = bare with { Version = bare.Version + 1, Generation = 7 };
        full = Families.Rotated(full) with
        {
            Salt = full.SecretHash,
            LeewayUntil = Families.Now,
            LastDevice = new DeviceInfo { IpAddress = "::1", UserAgent = new string('u', 500), Name = "Zo\u00eb \U0001F600" },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = new('m', 5000) },
        };

        // One after the other, so that each uses what the other one has left.
        for (var round = 0; round < 3; round++)
        {
            (await store.CompareAndSwapAsync(full, full.Version - 1, CancellationToken.None)).Should().BeTrue();
            (await store.CompareAndSwapAsync(bare, bare.Version - 1, CancellationToken.None)).Should().BeTrue();
            (await store.FindAsync(full)).Should().BeEquivalentTo(full);
            (await store.FindAsync(bare)).Should().BeEquivalentTo(bare);
            (bare, full) = (bare with { Version = bare.Version + 1 }, full with { Version = full.Version + 1 });
        }

        (await store.CompareAndSwapAsync(full, full.Version, CancellationToken.None)).Should().BeFalse("the version is another");
    }

    /// <summary>The start refuses the host's converters, so this host does not start; those of a provider's own types are none of its business.</summary>
    [Test]
    public async Task Values_go_through_the_converters_of_their_columns()
    {
        var settings = new Settings
        {
            After = static model => model.Entity<FamilyRow>(static row =>
            {
                row.Property(static x => x.Generation).HasConversion(static value => -value, static value => -value);
                row.Property(static x => x.LastUserAgent).HasConversion(static value => "<" + value, static value => value!.Substring(1));
            }),
        };
        await using var database = await SettingsDatabase.OpenAsync(isPostgreSql: false, settings, isCreated: true);
        using var host = database.Host();
        var store = host.Services.GetRequiredService<ITokenStore>();
        var family = Families.Create();
        await store.AddAsync(family);
        for (var round = 0; round < 3; round++)
        {
            family = Families.Rotated(family) with { LastDevice = new DeviceInfo { UserAgent = $"agent {round}" } };
            (await store.SwapAsync(family)).Should().BeTrue();
            (await store.FindAsync(family)).Should().BeEquivalentTo(family);
        }

        await using var connection = await database.ConnectAsync();
        await using var raw = connection.CreateCommand();
        raw.CommandText = "SELECT \"Generation\" || \"LastUserAgent\" FROM \"RefreshTokenFamilies\"";
        (await raw.ExecuteScalarAsync()).Should().Be($"{-family.Generation}<agent 2");
    }

    private static async Task ExchangeAsync(IHost host)
    {
        var engine = host.Services.GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Succeeded>();
    }

    private static IHost Host(Action<RefreshTokenRotationBuilder> use, LogCapture? log = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        if (log is not null)
        {
            builder.Services.AddSingleton<ILoggerFactory>(log);
        }

        use(builder.Services.AddRefreshTokenRotation());
        return builder.Build();
    }

    private static async Task<Database> OpenAsync(string provider)
    {
        if (provider == "PostgreSQL")
        {
            var postgres = await TestDatabase.CreateAsync();
            return new Database(postgres, (builder, configure) => postgres.Use(builder, configure));
        }

        var database = await ProviderDatabase.CreateAsync(Enum.Parse<Provider>(provider));
        return new Database(database, (builder, configure) => database.Use(builder, configure));
    }

    private sealed record Database(IAsyncDisposable Owner, Action<RefreshTokenRotationBuilder, Action<DbContextOptionsBuilder>> Use) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Owner.DisposeAsync();
    }

    /// <summary>A database that wants an alias, as the framework gives it.</summary>
    private sealed class RefusesWithoutAlias : DbCommandInterceptor
    {
        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("UPDATE \"RefreshTokenFamilies\" SET", StringComparison.Ordinal))
            {
                throw new SyntaxException();
            }

            return new(result);
        }
    }

    private sealed class SyntaxException() : DbException("The table has no alias.");
}
