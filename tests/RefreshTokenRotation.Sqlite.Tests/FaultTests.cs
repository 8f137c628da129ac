using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>What can be wrong with a file: each is an outage that names the file and says what helps, and loses nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FaultTests
{
    private const int Cap = 100_000;

    [Test]
    public void Missing_folder_is_named_and_not_created()
    {
        using var file = new TestFile();
        var folder = Path.Combine(file.Folder, "missing");
        var path = Path.Combine(folder, "tokens.db");
        var database = file.Node(configure: options => options.DataSource = path).GetRequiredService<Database>();

        FluentActions.Invoking(database.Open).Should().Throw<SqliteException>().WithMessage($"*'{path}': the folder '{folder}' does not exist.");

        Directory.Exists(folder).Should().BeFalse();
    }

    [Test]
    public async Task File_that_is_no_database_is_left_as_it_is()
    {
        using var file = new TestFile();
        await File.WriteAllTextAsync(file.FilePath, new string('x', 5000));
        var database = file.Node().GetRequiredService<Database>();

        FluentActions.Invoking(database.Open).Should().Throw<SqliteException>().WithMessage($"*'{file.FilePath}': it is not a SQLite database*");

        (await File.ReadAllTextAsync(file.FilePath)).Should().Be(new string('x', 5000));
    }

    [Test]
    public async Task Damaged_file_is_an_outage_that_names_it_and_what_is_repaired_is_all_there()
    {
        using var file = new TestFile();
        var family = Families.Create();
        await file.Store().AddAsync(family);
        file.CloseNodes();
        var page = file.Scalar("SELECT rootpage FROM sqlite_master WHERE name = 'families'") - 1;
        var sound = await File.ReadAllBytesAsync(file.FilePath);
        var damaged = (byte[])sound.Clone();
        damaged.AsSpan((int)page * 4096, 4096).Fill(0xAA);
        await File.WriteAllBytesAsync(file.FilePath, damaged);
        var store = file.Store();

        foreach (var call in new Func<Task>[] { () => store.FindAsync(family).AsTask(), () => store.SwapAsync(Families.Rotated(family)).AsTask() })
        {
            (await FluentActions.Awaiting(call).Should().ThrowAsync<SqliteException>()).WithMessage($"*'{file.FilePath}': it is damaged.*")
                .Which.SqliteErrorCode.Should().Be(11);
        }

        file.CloseNodes();
        (await File.ReadAllBytesAsync(file.FilePath)).Should().HaveCount(sound.Length);
        await File.WriteAllBytesAsync(file.FilePath, sound);
        (await file.Store().SwapAsync(Families.Rotated(family))).Should().BeTrue();
    }

    [Test]
    public async Task File_locked_for_longer_than_the_bound_is_an_outage_for_writes_and_readable_meanwhile()
    {
        using var file = new TestFile();
        var family = Families.Create();
        var store = file.Store(options => options.BusyTimeout = TimeSpan.FromMilliseconds(30));
        await store.AddAsync(family);
        using (var other = file.Connect())
        {
            TestFile.Execute(other, "BEGIN IMMEDIATE");

            (await FluentActions.Awaiting(() => store.SwapAsync(Families.Rotated(family)).AsTask()).Should().ThrowAsync<SqliteException>())
                .WithMessage($"*'{file.FilePath}': another process kept it locked for longer than BusyTimeout.");
            (await store.FindAsync(family))!.Version.Should().Be(1);
            TestFile.Execute(other, "COMMIT");
        }

        (await store.SwapAsync(Families.Rotated(family))).Should().BeTrue();
    }

    [Test]
    public async Task File_locked_at_the_start_is_an_outage_until_it_is_free()
    {
        using var file = new TestFile();
        var family = Families.Create();
        await file.Store().AddAsync(family);
        file.CloseNodes();
        var store = file.Store(options => options.BusyTimeout = TimeSpan.FromMilliseconds(30));
        using (var other = file.Connect())
        {
            TestFile.Execute(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");

            (await FluentActions.Awaiting(() => store.FindAsync(family).AsTask()).Should().ThrowAsync<SqliteException>())
                .WithMessage($"*'{file.FilePath}': another process kept it locked*");
        }

        (await store.SwapAsync(Families.Rotated(family))).Should().BeTrue();
    }

    [Test]
    public async Task Full_disk_is_an_outage_that_loses_nothing_and_rotations_go_on_in_place()
    {
        using var file = new TestFile();
        var node = file.Node();
        var store = node.GetRequiredService<ITokenStore>();
        var database = node.GetRequiredService<Database>();
        await store.AddAsync(Families.Create());
        await LimitAsync(60);
        var added = new List<TokenFamily>();
        Func<Task> fill = async () =>
        {
            while (true)
            {
                // The first rotation fills places that were empty; the next ones take no more room.
                var family = Families.Rotated(Families.Create());
                await store.AddAsync(family, Cap);
                added.Add(family);
            }
        };

        (await fill.Should().ThrowAsync<SqliteException>()).WithMessage($"*'{file.FilePath}': no space is left. The write was rolled back.");

        added.Should().HaveCountGreaterThan(10);
        foreach (var family in added)
        {
            (await store.FindAsync(family)).Should().BeEquivalentTo(family);
            (await store.SwapAsync(Families.Rotated(family))).Should().BeTrue();
        }

        await LimitAsync(1_000_000);
        await store.AddAsync(Families.Create(), Cap);
        file.Scalar("SELECT count(*) FROM families").Should().Be(added.Count + 2);

        Task<long> LimitAsync(int pages) => database.WriteAsync(session => session.Scalar($"PRAGMA max_page_count = {pages}"), CancellationToken.None);
    }

    [Test]
    public async Task File_moved_while_it_is_open_is_an_outage_and_not_replaced_by_an_empty_one()
    {
        using var file = new TestFile();
        var family = Families.Create();
        var store = file.Store();
        await store.AddAsync(family);
        file.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        var elsewhere = file.FilePath + ".moved";
        File.Move(file.FilePath, elsewhere);

        (await FluentActions.Awaiting(() => store.SwapAsync(Families.Rotated(family)).AsTask()).Should().ThrowAsync<SqliteException>())
            .WithMessage($"*'{file.FilePath}'*moved or deleted*");
        await FluentActions.Awaiting(() => store.SwapAsync(Families.Rotated(family)).AsTask()).Should().ThrowAsync<SqliteException>();

        File.Exists(file.FilePath).Should().BeFalse();
        File.Move(elsewhere, file.FilePath);
        (await store.SwapAsync(Families.Rotated(family))).Should().BeTrue();
        (await store.FindAsync(family))!.Version.Should().Be(2);
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task Read_only_file_is_refused_at_the_start_and_left_as_it_is()
    {
        using var file = new TestFile();
        await file.Store().AddAsync(Families.Create());
        file.CloseNodes();
        var before = await File.ReadAllBytesAsync(file.FilePath);
        var node = file.Node();
        File.SetUnixFileMode(file.Folder, (UnixFileMode)0b101_101_101);
        File.SetUnixFileMode(file.FilePath, (UnixFileMode)0b100_100_100);
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            // Root may write what is read-only; as somebody else, this thread may not.
            _ = SetFileSystemUser(65534);
            fault = FluentActions.Invoking(node.GetRequiredService<Database>().Open).Should().Throw<Exception>().Which;
        });
        thread.Start();
        thread.Join();
        File.SetUnixFileMode(file.Folder, (UnixFileMode)0b111_101_101);

        fault!.Message.Should().StartWith($"'{file.FilePath}' is read-only for this process.");
        (await File.ReadAllBytesAsync(file.FilePath)).Should().Equal(before);
    }

    [Test]
    public void Password_of_a_connection_string_is_in_no_message()
    {
        using var file = new TestFile();
        var database = file.Node(configure: options => options.DataSource = $"Data Source={file.Folder}/missing/x.db;Password=geheim").GetRequiredService<Database>();

        FluentActions.Invoking(database.Open).Should().Throw<Exception>().Which.ToString().Should().NotContain("geheim");
    }

    [Test]
    public async Task Calls_after_the_end_are_told_so()
    {
        using var file = new TestFile();
        var store = file.Store();
        var family = Families.Create();
        await store.AddAsync(family);
        file.CloseNodes();

        await FluentActions.Awaiting(async () => await store.FindAsync(family)).Should().ThrowAsync<ObjectDisposedException>();
        await FluentActions.Awaiting(async () => await store.SwapAsync(family)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetFileSystemUser(uint user);
}
