using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Torture.Faults;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Setups;

/// <summary>Several processes on one file, on a small disk of its own where the machine lets us mount one.</summary>
internal sealed class SqliteSetup(string name) : Setup
{
    private const string DiskSize = "24m";

    private readonly string _folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-torture-").FullName;
    private bool _isMounted;

    public override string Name => name;

    public override IReadOnlyList<Fault> Faults => _isMounted ? [new Fault("server", "disk full", FillAsync)] : [];

    public override async Task StartAsync()
    {
        try
        {
            await ServerTools.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={DiskSize}", "none", _folder]);
            _isMounted = true;
        }
        catch (Exception refused) when (refused is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // Without the right to mount, the disk is never full.
        }
    }

    public override StoreAddress AddressOf(int place) => new("Sqlite", Path.Combine(_folder, "tokens.db"));

    public override async ValueTask DisposeAsync()
    {
        if (_isMounted)
        {
            await ServerTools.RunAsync("umount", ["-l", _folder]);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Func<Task>> FillAsync(Random random)
    {
        var filler = Path.Combine(_folder, "filler");
        await ServerTools.RunAsync("/bin/sh", ["-c", $"cat /dev/zero > '{filler}' 2>/dev/null; true"]);
        return () =>
        {
            File.Delete(filler);
            return Task.CompletedTask;
        };
    }
}
