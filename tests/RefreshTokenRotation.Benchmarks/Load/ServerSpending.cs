using System.Globalization;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>What a process has spent since it started.</summary>
/// <param name="Bytes">Allocated.</param>
/// <param name="Microseconds">Of processor time.</param>
internal readonly record struct ServerSpending(double Bytes, double Microseconds)
{
    public static ServerSpending Now() => new(GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime.TotalMicroseconds);

    public static ServerSpending Parse(string text)
    {
        var parts = text.Split(' ').Select(static part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new ServerSpending(parts[0], parts[1]);
    }

    public static ServerSpending operator -(ServerSpending left, ServerSpending right) =>
        new(left.Bytes - right.Bytes, left.Microseconds - right.Microseconds);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes} {Microseconds}");
}
