using System.Globalization;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>What all programs of the machine have used of its processors, as Linux counts it.</summary>
internal static class ProcessorTime
{
    /// <summary>Linux counts in hundredths of a second, whatever the kernel's own clock.</summary>
    private const double MicrosecondsPerTick = 10_000;

    private const int Idle = 3;
    private const int Wait = 4;

    /// <summary>User, nice, system and interrupt time, and what the hypervisor gave to others; guests are part of user time.</summary>
    private const int Counted = 8;

    /// <summary>In microseconds since the machine started; null where the system has no <c>/proc/stat</c>.</summary>
    public static double? Used()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..(Counted + 1)];
        return ticks.Where(static (_, at) => at is not (Idle or Wait)).Sum(static text => double.Parse(text, CultureInfo.InvariantCulture)) * MicrosecondsPerTick;
    }
}
