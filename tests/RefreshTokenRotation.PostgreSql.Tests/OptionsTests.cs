using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class OptionsTests
{
    private const string Somewhere = "Host=127.0.0.1;Username=nobody";

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Case(options => options.SchemaName = string.Empty, "SchemaName ('') must be 1 to 40 characters of a-z0-9_, the first no digit.");
        yield return Case(options => options.SchemaName = "a\"b", "SchemaName ('a\"b') must be 1 to 40 *");
        yield return Case(options => options.TableName = "Families", "TableName ('Families') must be 1 to 40 *");
        yield return Case(options => options.TableName = "1a", "TableName ('1a') must be 1 to 40 *");
        yield return Case(options => options.TableName = new string('a', 41), $"TableName ('{new string('a', 41)}') must be 1 to 40 *");
        yield return Case(
            options => options.PolicyCacheTime = TimeSpan.FromTicks(-1), "PolicyCacheTime (-00:00:00.0000001) must be between 00:00:00 and 00:05:00.");
        yield return Case(options => options.PolicyCacheTime = TimeSpan.FromMinutes(6), "PolicyCacheTime (00:06:00) must be between *");
        yield return Case(options => options.CommandTimeout = TimeSpan.Zero, "CommandTimeout (00:00:00) must be between 00:00:01 and 01:00:00, in whole seconds.");
        yield return Case(options => options.CommandTimeout = TimeSpan.FromSeconds(1.5), "CommandTimeout (00:00:01.5000000) must be *");
        yield return Case(options => options.CommandTimeout = TimeSpan.FromHours(2), "CommandTimeout (02:00:00) must be *");
        yield return Case(options => options.RevocationTimeout = TimeSpan.Zero, "RevocationTimeout (00:00:00) must be between 00:00:01 and 1.00:00:00, in whole seconds.");

        static TestCaseData Case(Action<PostgreSqlStoreOptions> configure, string message) =>
            new TestCaseData(configure, message).SetArgDisplayNames(message);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase(null)]
    public void Connection_string_that_is_missing_names_where_it_is_looked_for(string? connectionString)
    {
        var use = () => Provider(builder => builder.UsePostgreSql(connectionString!));

        use.Should().Throw<ArgumentException>().WithMessage("UsePostgreSql got no connection string: is it in the configuration, such as ConnectionStrings*");
    }

    [TestCaseSource(nameof(Invalid))]
    public void Options_out_of_bounds_are_refused_by_a_message_that_names_option_value_and_bound(Action<PostgreSqlStoreOptions> configure, string message)
    {
        using var provider = Provider(builder => builder.UsePostgreSql(Somewhere, configure));

        FluentActions.Invoking(() => provider.GetRequiredService<IStartupValidator>().Validate())
            .Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Test]
    public void Options_at_their_bounds_are_accepted()
    {
        using var provider = Provider(builder => builder.UsePostgreSql(Somewhere, options =>
        {
            options.SchemaName = "_" + new string('z', 39);
            options.PolicyCacheTime = TimeSpan.Zero;
            options.CommandTimeout = TimeSpan.FromMinutes(5);
        }));

        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    [Test]
    public void Token_store_and_policy_store_are_both_in_PostgreSql()
    {
        using var provider = Provider(builder => builder.UsePostgreSql(Somewhere));

        provider.GetRequiredService<ITokenStore>().Should().BeOfType<PostgreSqlTokenStore>();
        provider.GetRequiredService<IRotationPolicyStore>().Should().BeOfType<RotationPolicyCache>();
    }

    [Test]
    public async Task Data_source_of_the_host_outlives_the_provider_and_its_own_does_not()
    {
        await using var source = NpgsqlDataSource.Create(TestServer.ConnectionString);
        Database own;
        await using (var provider = Provider(builder => builder.UsePostgreSql(source)))
        {
            provider.GetRequiredService<Database>().Source.Should().BeSameAs(source);
        }

        await using (var provider = Provider(builder => builder.UsePostgreSql(TestServer.ConnectionString)))
        {
            own = provider.GetRequiredService<Database>();
        }

        await using var connection = await source.OpenConnectionAsync();
        await FluentActions.Awaiting(() => own.ConnectAsync(CancellationToken.None).AsTask()).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Test]
    public async Task Data_source_of_a_function_or_a_key_is_used_and_outlives_the_provider()
    {
        await using var source = NpgsqlDataSource.Create(TestServer.ConnectionString);
        await using var other = NpgsqlDataSource.Create(Somewhere);
        Action<RefreshTokenRotationBuilder>[] ways =
        [
            builder => builder.UsePostgreSql(provider => provider.GetRequiredService<Sources>().Tokens),
            builder => builder.UseKeyedPostgreSql("tokens"),
            builder => builder.UseKeyedPostgreSql("tokens", options => options.TableName = "named"),
        ];
        foreach (var way in ways)
        {
            var services = new ServiceCollection();
            services.AddSingleton(new Sources(source)).AddSingleton(other);
            services.AddKeyedSingleton("tokens", source).AddKeyedSingleton("other", other);
            way(services.AddRefreshTokenRotation());
            await using (var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }))
            {
                provider.GetRequiredService<Database>().Source.Should().BeSameAs(source);
            }

            await using var connection = await source.OpenConnectionAsync();
        }
    }

    [Test]
    public async Task Of_several_servers_the_primary_is_used()
    {
        // Two names of one server, which is a primary.
        var servers = TestServer.ConnectionString.Replace("Host=127.0.0.1", "Host=localhost,127.0.0.1", StringComparison.Ordinal);
        await using var multi = new NpgsqlDataSourceBuilder(servers).BuildMultiHost();
        await using var provider = Provider(builder => builder.UsePostgreSql(multi));
        await using var another = Provider(builder => builder.UsePostgreSql(servers));

        foreach (var database in new[] { provider, another }.Select(x => x.GetRequiredService<Database>()))
        {
            database.Source.Should().NotBeSameAs(multi);
            await using var connection = await database.ConnectAsync(CancellationToken.None);
            await using var command = new NpgsqlCommand("SELECT NOT pg_is_in_recovery()", connection);
            (await command.ExecuteScalarAsync()).Should().Be(true);
        }
    }

    [TestCase("", true)]
    [TestCase(";No Reset On Close=false", false)]
    public async Task Connections_of_its_own_are_not_reset_unless_the_host_says_so(string setting, bool expected)
    {
        await using var provider = Provider(builder => builder.UsePostgreSql(Somewhere + setting));

        var source = provider.GetRequiredService<Database>().Source;

        new NpgsqlConnectionStringBuilder(source.ConnectionString).NoResetOnClose.Should().Be(expected);
    }

    private static ServiceProvider Provider(Action<RefreshTokenRotationBuilder> use)
    {
        var services = new ServiceCollection();
        use(services.AddRefreshTokenRotation());
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private sealed record Sources(NpgsqlDataSource Tokens);
}
