using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class SchemaTests
{
    [Test]
    public async Task Host_creates_the_file_at_start_and_releases_it_at_the_end()
    {
        using var file = new TestFile();
        using (var host = Host(file))
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<ITokenStore>().AddAsync(Families.Create());
            await host.StopAsync();
        }

        // Without a log beside it: the last connection has folded it in.
        Directory.GetFiles(file.Folder).Should().Equal(file.FilePath);
        file.Scalar("PRAGMA user_version").Should().Be(SchemaUpgrade.CurrentVersion);
        file.Scalar("PRAGMA application_id").Should().Be(SchemaUpgrade.ApplicationId);
        file.Scalar("SELECT count(*) FROM families").Should().Be(1);
    }

    [Test]
    public async Task Host_that_may_not_create_the_file_fails_at_start_and_leaves_none()
    {
        using var file = new TestFile();
        using var host = Host(file, options => options.CreateSchema = false);

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<Exception>()).WithMessage($"*'{file.FilePath}'*may not be created*");

        Directory.GetFiles(file.Folder).Should().BeEmpty();
    }

    [Test]
    public async Task Host_that_has_replaced_both_stores_leaves_no_file([Values] bool keepsPolicies)
    {
        using var file = new TestFile();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var rotation = builder.Services.AddRefreshTokenRotation().UseSqlite(file.FilePath).UseTokenStore<InMemoryTokenStore>();
        if (!keepsPolicies)
        {
            rotation.UsePolicyStore<InMemoryRotationPolicyStore>();
        }

        using var host = builder.Build();
        await host.StartAsync();

        File.Exists(file.FilePath).Should().Be(keepsPolicies, "the file is opened where one of its stores is used");
        await host.StopAsync();
    }

    [Test]
    public async Task Host_that_may_not_upgrade_an_old_file_fails_at_start_with_an_instruction()
    {
        using var file = new TestFile();
        CreateVersion1(file);
        using var host = Host(file, options => options.CreateSchema = false);

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"'{file.FilePath}' has schema version 1, and version 3 is needed. Set CreateSchema *");

        file.Scalar("PRAGMA user_version").Should().Be(1);
    }

    [Test]
    public async Task File_of_version_1_with_rows_is_upgraded_in_place()
    {
        using var file = new TestFile();
        var family = Families.Create();
        await file.Store().AddAsync(family);
        file.CloseNodes();
        file.Execute("DROP TABLE policies; ALTER TABLE families DROP COLUMN trail; PRAGMA user_version = 1");

        (await file.Store().FindAsync(family)).Should().BeEquivalentTo(family);

        file.Scalar("PRAGMA user_version").Should().Be(3);
        await file.Node().GetRequiredService<IRotationPolicyStore>().SetAsync("spa", string.Empty, RotationPolicy.Spa, CancellationToken.None);
    }

    [Test]
    public async Task File_opened_by_many_nodes_at_once_is_created_once()
    {
        using var file = new TestFile();
        var stores = Enumerable.Range(0, 12).Select(_ => file.Store()).ToArray();

        await Task.WhenAll(stores.Select(store => Task.Run(() => store.AddAsync(Families.Create()).AsTask())));

        file.Scalar("SELECT count(*) FROM families").Should().Be(stores.Length);
    }

    [Test]
    public async Task File_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        using var file = new TestFile();
        await file.Store().AddAsync(Families.Create());
        file.CloseNodes();
        file.Execute("PRAGMA user_version = 99");
        var before = await File.ReadAllBytesAsync(file.FilePath);
        using var host = Host(file);

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"'{file.FilePath}' has schema version 99, and this version of the library knows 3.*");

        (await File.ReadAllBytesAsync(file.FilePath)).Should().Equal(before);
    }

    [TestCase("CREATE TABLE orders (id INTEGER PRIMARY KEY)")]
    [TestCase("PRAGMA application_id = 7; CREATE TABLE orders (id INTEGER PRIMARY KEY)")]
    [TestCase("PRAGMA user_version = 1; CREATE TABLE families (id INTEGER PRIMARY KEY)")]
    public async Task File_of_another_application_is_refused_and_left_as_it_is(string sql)
    {
        using var file = new TestFile();
        file.Execute(sql);
        var before = await File.ReadAllBytesAsync(file.FilePath);
        using var host = Host(file);

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"'{file.FilePath}' holds the data of another application.*");

        (await File.ReadAllBytesAsync(file.FilePath)).Should().Equal(before);
    }

    [TestCase(SqliteDurability.Full, 2)]
    [TestCase(SqliteDurability.Relaxed, 1)]
    public async Task Writer_keeps_a_log_and_syncs_as_the_option_says(SqliteDurability durability, int synchronous)
    {
        using var file = new TestFile();
        var database = file.Node(configure: options => options.Durability = durability).GetRequiredService<Database>();

        (await database.WriteAsync(session => session.Scalar("PRAGMA synchronous"), CancellationToken.None)).Should().Be(synchronous);
        file.Scalar("SELECT journal_mode = 'wal' FROM pragma_journal_mode").Should().Be(1);
    }

    private static void CreateVersion1(TestFile file)
    {
        using var session = new Session($"Data Source={file.FilePath};Pooling=False", new WatchedFile(file.FilePath));
        session.Open(TimeSpan.Zero);
        SchemaUpgrade.Apply(session, 1);
    }

    private static IHost Host(TestFile file, Action<SqliteStoreOptions>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddRefreshTokenRotation().UseSqlite(file.FilePath, configure);
        return builder.Build();
    }
}
