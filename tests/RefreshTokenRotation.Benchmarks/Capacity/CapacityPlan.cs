using System.Globalization;

namespace RefreshTokenRotation.Benchmarks.Capacity;

/// <summary>What one family and one exchange cost, as a run measured it.</summary>
/// <param name="BytesOfTable">Bytes of the table, a row, after a month.</param>
/// <param name="BytesOfIndexes">Bytes of its indexes, a row, after a month.</param>
/// <param name="BytesOfLog">Bytes of write-ahead log, an exchange, without page images.</param>
/// <param name="BytesOfImage">Bytes of the image of a page.</param>
/// <param name="RowsOfPage">Rows of a page.</param>
/// <param name="Milliseconds">How long an exchange takes, where there is no other.</param>
/// <param name="StoreCpu">Microseconds of the node's processor time, an exchange.</param>
internal sealed record CapacityCosts(double BytesOfTable, double BytesOfIndexes, double BytesOfLog, double BytesOfImage, double RowsOfPage, double Milliseconds, double StoreCpu);

/// <summary>The formulas of docs/capacity.md, and their table for three sizes.</summary>
internal static class CapacityPlan
{
    private const double Day = 86_400;

    /// <summary>A busy hour against the mean of a day.</summary>
    private const double Peak = 3;

    /// <summary>Microseconds of processor time, an exchange at the endpoint with ES256 and a store in memory: mode load measures it.</summary>
    private const double EndpointCpu = 100;

    /// <summary>How busy a core should be at the peak.</summary>
    private const double Use = 0.5;

    /// <summary>The server's default, between two checkpoints.</summary>
    private const double CheckpointSeconds = 300;

    /// <summary>How many exchanges of a second change a page that none has changed since the checkpoint, so that the log gets an image of it.</summary>
    public static double ImagesPerExchange(double exchanges, double pages) => pages * (1 - Math.Exp(-exchanges / pages)) / exchanges;

    public static void Print(CapacityCosts costs)
    {
        Console.WriteLine("2 devices a user, sessions of 30 days and 7 days until they are pruned, access tokens of an hour, 8 hours a day in use, a peak of 3 times the mean:");
        Console.WriteLine($"{"users",10} {"rows",11} {"exchanges/s",11} {"at the peak",11} {"disk GB",8} {"log GB a day",12} {"log MB/s at the peak",20} {"in flight",9} {"cores",6}");
        foreach (var users in (double[])[1e4, 1e6, 1e7])
        {
            Console.WriteLine(Row(users, costs));
        }
    }

    private static string Row(double users, CapacityCosts costs)
    {
        var sessions = users * 2;
        var rows = sessions * FamilyTable.DaysInTable / FamilyTable.DaysOfLife;
        var mean = sessions * FamilyLoad.RotationsPerDay / Day;
        var peak = mean * Peak;
        var pages = rows / costs.RowsOfPage;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{users,10:N0} {rows,11:N0} {mean,11:N1} {peak,11:N1} {rows * (costs.BytesOfTable + costs.BytesOfIndexes) / 1e9,8:N1} {Log(mean) * Day / 1e9,12:N1} {Log(peak) / 1e6,20:N2} "
            + $"{Math.Ceiling(peak * costs.Milliseconds / 1000),9:N0} {peak * (EndpointCpu + costs.StoreCpu) / 1e6 / Use,6:N2}");

        double Log(double rate) => rate * (costs.BytesOfLog + (ImagesPerExchange(rate * CheckpointSeconds, pages) * costs.BytesOfImage));
    }
}
