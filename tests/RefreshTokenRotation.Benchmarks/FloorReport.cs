using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>What an exchange costs, as a ratio to the bare cryptography of the same kind of exchange, measured in turn in one run.</summary>
internal static class FloorReport
{
    public static async Task RunAsync(bool quick)
    {
        var strict = await Bench.StartAsync(RotationPolicy.Strict);
        var singleton = await Bench.StartAsync(RotationPolicy.Strict, ServiceLifetime.Singleton);
        var scoped = await Bench.StartAsync(RotationPolicy.Strict, ServiceLifetime.Scoped);
        var leeway = await Bench.StartAsync(RotationPolicy.Spa);
        var retried = await Bench.StartAsync(RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) });
        retried.Rotate();
        var reusable = await Bench.StartAsync(
            RotationPolicy.Fapi with { ExpirationType = ExpirationType.NonExpiring });
        var dead = await Bench.StartAsync(RotationPolicy.Strict);
        dead.Rotate();
        dead.Present(dead.First);

        var perThread = new ThreadLocal<Bench>(() => Bench.StartAsync(RotationPolicy.Strict).GetAwaiter().GetResult());
        var floors = new ThreadLocal<Floor>(static () => new Floor());
        var floor = new Floor();

        var rotateFloor = new Measurement("floor of rotate", floor.Rotate);
        var leewayFloor = new Measurement("floor of rotate, leeway on", floor.RotateWithLeeway);
        var reissueFloor = new Measurement("floor of reissue", floor.Reissue);
        var useFloor = new Measurement("floor of use", floor.Use);
        var rotate = new Measurement("rotate", strict.Rotate);
        var rotateSingleton = new Measurement("rotate, singleton hook", singleton.Rotate);
        var rotateScoped = new Measurement("rotate, scoped hook", scoped.Rotate);
        var rotateLeeway = new Measurement("rotate, leeway on", leeway.Rotate);
        var reissue = new Measurement("reissue", () => retried.Present(retried.First));
        var use = new Measurement("use, non-expiring", () => reusable.Present(reusable.First));
        var replay = new Measurement("replay on a dead family", () => dead.Present(dead.First));
        var garbage = new Measurement("garbage", () => strict.PresentGarbage());
        var twoFloor = new Measurement("floor of rotate, 2 threads", () => floors.Value!.Rotate(), threads: 2);
        var two = new Measurement("rotate, 2 threads", () => perThread.Value!.Rotate(), threads: 2);

        Measurement[] all =
            [rotateFloor, rotate, rotateSingleton, rotateScoped, leewayFloor, rotateLeeway, reissueFloor, reissue, useFloor, use, replay, garbage, twoFloor, two];
        Measurement.RunInTurn(all, rounds: quick ? 5 : 31, iterations: quick ? 5_000 : 20_000);

        Console.WriteLine($"{"operation",-28} {"ns",8} {"bytes",7} {"ratio to its floor",20}");
        Print(rotate, rotateFloor);
        Print(rotateSingleton, rotateFloor);
        Print(rotateScoped, rotateFloor);
        Print(rotateLeeway, leewayFloor);
        Print(reissue, reissueFloor);
        Print(use, useFloor);
        Print(replay, useFloor);
        Print(garbage, null);
        Print(two, twoFloor);
        Console.WriteLine();
        Console.WriteLine(Invariant($"2-thread ratio / 1-thread ratio: {two.RatioTo(twoFloor) / rotate.RatioTo(rotateFloor):F2}"));
        Console.WriteLine(Invariant($"with a hook / without: singleton {rotateSingleton.RatioTo(rotate):F2}, scoped {rotateScoped.RatioTo(rotate):F2}"));
        Console.WriteLine(Invariant($"rotate/floor ratio: {rotate.RatioTo(rotateFloor):F2}"));
    }

    private static void Print(Measurement measurement, Measurement? floor)
    {
        var ratio = floor is null ? "-" : Invariant($"{measurement.RatioTo(floor):F2} of {floor.Median:F0}");
        Console.WriteLine(Invariant($"{measurement.Name,-28} {measurement.Median,8:F0} {measurement.Bytes,7:F0} {ratio,20}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
