using System.Runtime.InteropServices;
using CustomTokenStore.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace CustomTokenStore.Tests;

/// <summary>No answer before the disk has it, and none after the disk has failed.</summary>
[TestFixture]
internal sealed partial class DurabilityTests
{
    [Test]
    public async Task Reader_of_a_row_that_is_not_on_the_disk_yet_waits_for_it()
    {
        using var disk = new Disk();
        var family = disk.NewFamily();
        var next = disk.Next(family);
        using var gate = new Gate(disk);
        using var store = disk.Open(smallFile: 0);
        await store.AddAsync(family, 9, Disk.Now, default);
        (await store.FindAsync(family.Grant.LookupKey, default)).Should().NotBeNull();
        using var opening = gate.Close();

        var swap = store.CompareAndSwapAsync(next, 1, default).AsTask();
        var find = store.FindAsync(family.Grant.LookupKey, default).AsTask();
        var list = Disk.ListAsync(store);
        using var cancellation = new CancellationTokenSource();
        var cancelled = store.FindAsync(family.Grant.LookupKey, cancellation.Token).AsTask();

        new Task[] { swap, find, list, cancelled }.Should().OnlyContain(call => !call.IsCompleted);
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public async Task Write_that_fails_is_told_to_all_who_rest_on_it_and_ends_the_store()
    {
        using var disk = new Disk();
        var family = disk.NewFamily();
        using (var store = disk.Open(smallFile: 0))
        {
            await store.AddAsync(family, 9, Disk.Now, default);
            Directory.CreateDirectory(disk.Path + ".new");
            var next = disk.Next(family);
            var failed = new List<Task> { store.CompareAndSwapAsync(next, 1, default).AsTask(), store.FindAsync(family.Grant.LookupKey, default).AsTask() };

            foreach (var call in failed)
            {
                await FluentActions.Awaiting(() => call).Should().ThrowAsync<Exception>();
            }

            await FluentActions.Awaiting(() => store.FindAsync(family.Grant.LookupKey, default).AsTask())
                .Should().ThrowAsync<IOException>().WithMessage("The journal was closed or could not be written: open it again.");
        }

        Directory.Delete(disk.Path + ".new");
        (await disk.ReadAsync()).Should().Equal((family.Grant.FamilyId, 1L));
    }

    [Test]
    public async Task Disposed_store_has_written_everything_and_answers_no_more()
    {
        using var disk = new Disk();
        var families = Enumerable.Range(0, 50).Select(i => disk.NewFamily($"user-{i}")).ToList();
        var store = disk.Open();
        var adds = families.Select(family => store.AddAsync(family, 9, Disk.Now, default).AsTask()).ToList();

        store.Dispose();

        await Task.WhenAll(adds);
        (await disk.ReadAsync()).Should().Equal(Disk.Versions(families));
        await FluentActions.Awaiting(() => store.FindAsync(families[0].Grant.LookupKey, default).AsTask()).Should().ThrowAsync<IOException>();
        store.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    /// <summary>Holds the next rewrite up: it opens a pipe that nobody reads. Disposed after the store, which waits for its last rewrite.</summary>
    private sealed class Gate(Disk disk) : IDisposable
    {
        private readonly string _pipe = disk.Path + ".new";
        private SafeFileHandle? _reader;

        public IDisposable Close()
        {
            MakePipe(_pipe, 0x180).Should().Be(0);
            return new Opening(this);
        }

        public void Dispose() => _reader?.Dispose();

        private sealed class Opening(Gate gate) : IDisposable
        {
            /// <summary>Opens the pipe for both ways, which waits for nobody: a writer goes on, now or whenever it comes.</summary>
            public void Dispose() => gate._reader = File.OpenHandle(gate._pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
    }
}
