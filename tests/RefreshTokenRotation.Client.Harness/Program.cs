using System.Globalization;
using RefreshTokenRotation;
using RefreshTokenRotation.Client.Harness;

// processes [expiries] [kind]   8 processes, 50 requests each, over one session of a strict server; kind is ours or duende. Default: 10000 ours.
// worker …                      one of these processes
var number = args.Length > 1 && int.TryParse(args[1], CultureInfo.InvariantCulture, out var given) ? given : (int?)null;
switch (args.FirstOrDefault())
{
    case "processes":
        var kind = args.ElementAtOrDefault(2) ?? "ours";
        Console.WriteLine($"{kind}: {await ProcessesRun.RunAsync(kind, RotationPolicy.Strict, processes: 8, requests: 50, number ?? 10_000, Console.Out)}");
        return 0;
    case "worker":
        await Worker.RunAsync(args[1], new Uri(args[2]), args[3], Convert.FromBase64String(args[4]));
        return 0;
    default:
        Console.Error.WriteLine("Modes: processes, worker. See Program.cs.");
        return 1;
}
