using System.Diagnostics;
using CustomTokenStore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace CustomTokenStore.Tests;

/// <summary>The sample as a process of its own, killed while eight writers write.</summary>
[TestFixture]
internal sealed class KillTests
{
    private const int Kills = 5;

    [Test]
    public async Task Killed_process_leaves_every_write_that_was_answered()
    {
        using var disk = new Disk();
        var answered = new Dictionary<Guid, long>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Process.Start(new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [typeof(JournalHarness).Assembly.Location, "write", disk.Path])
            { RedirectStandardOutput = true })!;
            using var limit = new ProcessLimit(process);
            var writes = 0;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.Split(' ') is ["answered", { Length: 32 } id, { Length: > 0 } version])
                {
                    answered[Guid.Parse(id)] = long.Parse(version, null);
                    if (++writes == 500 + (kill * 37))
                    {
                        process.Kill();
                    }
                }
            }

            await limit.WaitForExitAsync();
            process.ExitCode.Should().NotBe(0);
            writes.Should().BeGreaterThanOrEqualTo(500);

            using var store = disk.Open();
            var found = (await Disk.ListAsync(store, string.Empty)).ToDictionary(family => family.Grant.FamilyId, family => family.Version);
            foreach (var (id, version) in answered)
            {
                found.Should().ContainKey(id).WhoseValue.Should().BeInRange(version, version + 1);
            }
        }
    }
}
