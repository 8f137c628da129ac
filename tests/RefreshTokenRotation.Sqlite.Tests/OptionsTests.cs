using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class OptionsTests
{
    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Case("tokens.db", options => options.Durability = 0, "Durability (0) must be Full or Relaxed.");
        yield return Case("tokens.db", options => options.BusyTimeout = TimeSpan.FromTicks(-1), "BusyTimeout (-00:00:00.0000001) must be between 00:00:00 and 00:10:00.");
        yield return Case("tokens.db", options => options.BusyTimeout = TimeSpan.FromMinutes(11), "BusyTimeout (00:11:00) must be between *");
        yield return Case(string.Empty, null, "DataSource ('') must name a file.");
        yield return Case("Password=geheim", null, "DataSource ('') must name a file.");
        yield return Case(":memory:", null, "DataSource (':memory:') must be a file: *");
        yield return Case("Data Source=x;Mode=Memory", null, "DataSource ('x') must be a file: *");
        yield return Case("Data Source=x;Mode=ReadOnly", null, "DataSource: Mode (ReadOnly) must be ReadWriteCreate or ReadWrite.");
        yield return Case("Data Source=x;Cache=Shared", null, "DataSource: Cache (Shared) must be Default or Private.");
        yield return Case("file:x.db", null, "DataSource ('file:x.db') must be a plain path.");
        yield return Case("a\0b", null, "DataSource must not contain a NUL.");
        yield return Case("/data/a=b.db", null, "DataSource contains '=' but is not a connection string of Microsoft.Data.Sqlite. *");

        static TestCaseData Case(string dataSource, Action<SqliteStoreOptions>? configure, string message) =>
            new TestCaseData(dataSource, configure, message).SetArgDisplayNames(message);
    }

    [TestCaseSource(nameof(Invalid))]
    public void Options_out_of_bounds_are_refused_by_a_message_that_names_option_value_and_bound(
        string dataSource, Action<SqliteStoreOptions>? configure, string message)
    {
        using var provider = Provider(builder => builder.UseSqlite(dataSource, configure));

        FluentActions.Invoking(() => provider.GetRequiredService<IStartupValidator>().Validate())
            .Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [TestCase("tokens.db")]
    [TestCase("/var/lib/app/tokens.db")]
    [TestCase("Data Source=/data/a=b.db;Password=geheim")]
    public void Options_at_their_bounds_are_accepted(string dataSource)
    {
        using var provider = Provider(builder => builder.UseSqlite(dataSource, options =>
        {
            options.BusyTimeout = TimeSpan.FromMinutes(10);
            options.Durability = SqliteDurability.Relaxed;
        }));

        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    [Test]
    public void Data_source_that_is_missing_names_where_it_is_looked_for()
    {
        var use = () => Provider(builder => builder.UseSqlite(null!));

        use.Should().Throw<ArgumentNullException>().WithMessage("UseSqlite got no data source: is the setting in the configuration?*");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Relative_path_is_a_warning_that_says_what_it_means(bool isRelative)
    {
        using var folder = new TemporaryFolder();
        using var log = new LogCapture();
        var path = folder.PathOf("tokens.db");
        await using var provider = Provider(builder =>
        {
            builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(log);
            builder.UseSqlite(isRelative ? Path.GetRelativePath(Environment.CurrentDirectory, path) : path);
        });

        foreach (var service in provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<Microsoft.Extensions.Hosting.IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        log.Of(112).Select(entry => entry.Message).Should().Equal(isRelative
            ? [$"The path of the SQLite file is relative. It means '{path}' only if the process starts in this folder: pass an absolute path to UseSqlite (SqliteStoreOptions.DataSource)"]
            : []);
    }

    [Test]
    public void Token_store_and_policy_store_are_both_in_the_file_that_was_named_last()
    {
        using var provider = Provider(builder => builder.UseSqlite("one.db").UseSqlite("Data Source=two.db"));

        provider.GetServices<ITokenStore>().Should().ContainSingle().Which.Should().BeOfType<SqliteTokenStore>();
        provider.GetServices<IRotationPolicyStore>().Should().ContainSingle().Which.Should().BeOfType<SqlitePolicyStore>();
        provider.GetRequiredService<Database>().File.Path.Should().Be(Path.GetFullPath("two.db"));
    }

    private static ServiceProvider Provider(Action<RefreshTokenRotationBuilder> use)
    {
        var services = new ServiceCollection();
        use(services.AddRefreshTokenRotation());
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
