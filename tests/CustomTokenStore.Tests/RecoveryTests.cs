using CustomTokenStore.Store;
using CustomTokenStore.Tests.Support;

namespace CustomTokenStore.Tests;

/// <summary>What a crash leaves, and what no crash leaves.</summary>
[TestFixture]
internal sealed class RecoveryTests
{
    [Test]
    public async Task Commit_that_was_torn_at_any_byte_is_gone_as_a_whole_and_the_store_goes_on()
    {
        using var disk = new Disk();
        var (kept, torn) = (disk.NewFamily("alice"), disk.NewFamily("bob"));
        await AddAsync(disk, kept);
        var before = await File.ReadAllBytesAsync(disk.Path);
        await AddAsync(disk, torn);
        var after = await File.ReadAllBytesAsync(disk.Path);

        after.Length.Should().BeGreaterThan(before.Length + 100);
        for (var length = before.Length; length < after.Length; length++)
        {
            await File.WriteAllBytesAsync(disk.Path, after[..length]);
            disk.Open().Dispose();
            (await File.ReadAllBytesAsync(disk.Path)).Should().Equal(before, "the torn part is cut off");
            using (var store = disk.Open())
            {
                (await Disk.ListAsync(store)).Should().ContainSingle().Which.Grant.FamilyId.Should().Be(kept.Grant.FamilyId);
                await store.AddAsync(torn, 9, Disk.Now, default);
            }

            (await File.ReadAllBytesAsync(disk.Path)).Should().Equal(after);
        }
    }

    [Test]
    public async Task Last_line_whose_checksum_is_wrong_is_torn([Values(0, 7, 8, 60, -2)] int at)
    {
        using var disk = new Disk();
        var families = new[] { disk.NewFamily("alice"), disk.NewFamily("bob") };
        await AddAsync(disk, families[0]);
        var start = (int)new FileInfo(disk.Path).Length;
        await AddAsync(disk, families[1]);
        var bytes = await File.ReadAllBytesAsync(disk.Path);
        bytes[at < 0 ? bytes.Length + at : start + at] ^= 1;

        var read = await disk.ReadAsync(bytes);

        // The space behind the checksum is covered by it too.
        read.Should().Equal(Disk.Versions(families[..1]));
    }

    [Test]
    public async Task Damage_before_the_last_line_is_told_and_the_file_is_left_alone()
    {
        using var disk = new Disk();
        await AddAsync(disk, disk.NewFamily("alice"));
        var start = new FileInfo(disk.Path).Length;
        await AddAsync(disk, disk.NewFamily("bob"));
        await AddAsync(disk, disk.NewFamily("carol"));
        var bytes = await File.ReadAllBytesAsync(disk.Path);
        bytes[start + 40] ^= 1;
        await File.WriteAllBytesAsync(disk.Path, bytes);

        FluentActions.Invoking(() => disk.Open()).Should().Throw<InvalidDataException>().WithMessage($"*tokens.journal is damaged at byte {start}, and goes on*");

        (await File.ReadAllBytesAsync(disk.Path)).Should().Equal(bytes);
        FluentActions.Invoking(() => disk.Open()).Should().Throw<InvalidDataException>("the failed start let go of the file");
    }

    [TestCase("")]
    [TestCase("refresh token journal 2\n")]
    [TestCase("SQLite format 3")]
    public void File_that_is_no_journal_is_left_alone(string content)
    {
        using var disk = new Disk();
        File.WriteAllText(disk.Path, content);

        FluentActions.Invoking(() => disk.Open()).Should().Throw<InvalidDataException>().WithMessage("*tokens.journal is no journal of this version.");

        File.ReadAllText(disk.Path).Should().Be(content);
    }

    [Test]
    public void Journal_is_opened_once()
    {
        using var disk = new Disk();
        using (disk.Open())
        {
            FluentActions.Invoking(() => disk.Open()).Should().Throw<IOException>().WithMessage("*tokens.journal is open already*");
        }

        disk.Open().Dispose();
    }

    [Test]
    public void Folder_that_is_missing_is_told()
    {
        FluentActions.Invoking(() => new JournalTokenStore(new JournalOptions(Path.Combine(Path.GetTempPath(), "no such folder", "x"))))
            .Should().Throw<DirectoryNotFoundException>();
    }

    [Test]
    public void Journal_is_readable_by_its_owner_alone()
    {
        using var disk = new Disk();
        disk.Open().Dispose();

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(disk.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static async Task AddAsync(Disk disk, RefreshTokenRotation.Storage.TokenFamily family)
    {
        using var store = disk.Open();
        await store.AddAsync(family, 9, Disk.Now, default);
    }
}
