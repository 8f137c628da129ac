using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Who can read the files, and what happens when another file takes the name.</summary>
[Parallelizable(ParallelScope.All)]
[UnsupportedOSPlatform("windows")]
public sealed class FileTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Test]
    public async Task Files_are_created_for_their_owner_alone()
    {
        using var file = new TestFile();
        await file.Store().AddAsync(Families.Create());

        var modes = Directory.GetFiles(file.Folder).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.GetUnixFileMode(path)));

        modes.Should().Equal(("tokens.db", OwnerOnly), ("tokens.db-shm", OwnerOnly), ("tokens.db-wal", OwnerOnly));
    }

    [TestCase(0b110_100_100, 0b111_101_101, true)]
    [TestCase(0b110_100_000, 0b111_101_000, true)]
    [TestCase(0b110_100_100, 0b111_000_000, false)]
    [TestCase(0b110_100_000, 0b111_000_001, false)]
    [TestCase(0b110_000_000, 0b111_101_101, false)]
    public async Task Start_warns_of_files_that_others_can_read(int mode, int folder, bool isWarned)
    {
        using var file = new TestFile();
        await file.Store().AddAsync(Families.Create());
        file.CloseNodes();
        File.SetUnixFileMode(file.FilePath, (UnixFileMode)mode);
        File.SetUnixFileMode(file.Folder, (UnixFileMode)folder);
        var logs = new LogCapture();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(logs);
        builder.Services.AddRefreshTokenRotation().UseSqlite(file.FilePath);
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        var warnings = logs.Entries.Where(entry => entry.Id.Id == 111).ToArray();
        warnings.Should().NotContain(entry => entry.Level != LogLevel.Warning);
        (warnings.Length > 0).Should().Be(isWarned);
        if (isWarned)
        {
            warnings[0].Message.Should().Contain($"'{file.FilePath}' (mode {Convert.ToString(mode, toBase: 8)})");
        }
    }

    [Test]
    public void Folder_that_may_not_be_written_is_named()
    {
        using var file = new TestFile();
        var database = file.Node().GetRequiredService<Database>();
        File.SetUnixFileMode(file.Folder, (UnixFileMode)0b101_101_101);

        var fault = AsNobody(database.Open);

        File.SetUnixFileMode(file.Folder, (UnixFileMode)0b111_101_101);
        fault!.Message.Should().Contain($"'{file.FilePath}'").And.Contain($"folder, '{file.Folder}'.");
    }

    [Test]
    public async Task File_that_another_takes_the_place_of_is_an_outage_and_both_stay_whole([Values] bool isNoticed)
    {
        using var file = new TestFile();
        var (backedUp, later) = (Families.Create(), Families.Create());
        var store = file.Store();
        await store.AddAsync(backedUp);
        var (backup, former) = (file.FilePath + ".backup", file.FilePath + ".former");
        file.Execute($"VACUUM INTO '{backup}'");
        await store.AddAsync(later);
        File.Move(file.FilePath, former);
        File.Move(backup, file.FilePath);

        if (isNoticed)
        {
            (await FluentActions.Awaiting(() => store.SwapAsync(Families.Rotated(later)).AsTask()).Should().ThrowAsync<SqliteException>())
                .WithMessage($"'{file.FilePath}' was replaced by another file*restart the host.");
            (await FluentActions.Awaiting(() => store.AddAsync(Families.Create()).AsTask()).Should().ThrowAsync<SqliteException>()).WithMessage("*was replaced*");
        }

        file.CloseNodes();

        // The log of the former file is not written over the new one.
        file.Scalar("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'").Should().Be(1);
        (await file.Store().FindAsync(later)).Should().BeNull();
        (await file.Store().FindAsync(backedUp)).Should().BeEquivalentTo(backedUp);
        file.CloseNodes();

        // And the former one has all that was answered.
        File.Move(former, file.FilePath, overwrite: true);
        (await file.Store().FindAsync(later)).Should().BeEquivalentTo(later);
        (await file.Store().SwapAsync(Families.Rotated(backedUp))).Should().BeTrue();
    }

    [Test]
    public async Task File_that_comes_back_while_the_host_runs_is_written_again()
    {
        using var file = new TestFile();
        var family = Families.Create();
        var store = file.Store();
        await store.AddAsync(family);
        var (backup, former) = (file.FilePath + ".backup", file.FilePath + ".former");
        file.Execute($"VACUUM INTO '{backup}'");
        File.Move(file.FilePath, former);
        File.Move(backup, file.FilePath);
        await FluentActions.Awaiting(() => store.SwapAsync(Families.Rotated(family)).AsTask()).Should().ThrowAsync<SqliteException>();

        File.Move(former, file.FilePath, overwrite: true);

        (await store.SwapAsync(Families.Rotated(family))).Should().BeTrue();
        (await file.Store().FindAsync(family))!.Version.Should().Be(2);
    }

    [Test]
    public async Task Readers_notice_it_too_and_answer_from_no_other_past()
    {
        using var file = new TestFile();
        var family = Families.Create();
        var store = file.Store();
        await store.AddAsync(family);
        var backup = file.FilePath + ".backup";
        file.Execute($"VACUUM INTO '{backup}'");
        await store.FindAsync(family);

        File.Move(backup, file.FilePath, overwrite: true);

        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                (await store.FindAsync(family))!.Version.Should().Be(1);
                return false;
            }
            catch (SqliteException fault)
            {
                return fault.Message.Contains("was replaced", StringComparison.Ordinal);
            }
        }, "a read fails");
    }

    /// <summary>Root may write everything; as somebody else, this thread may not.</summary>
    private static Exception? AsNobody(Action action)
    {
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            _ = SetFileSystemUser(65534);
            fault = FluentActions.Invoking(action).Should().Throw<Exception>().Which;
        });
        thread.Start();
        thread.Join();
        return fault;
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetFileSystemUser(uint user);
}
