using System.Globalization;
using RefreshTokenRotation;
using RefreshTokenRotation.Client;
using RefreshTokenRotation.Client.Harness;

// processes [expiries] [kind]   8 processes, 50 requests each, over one session of a strict server; kind is ours, duende or mcp. Default: 10000 with ours, and
//                               a hundredth of that with the others, which lose the session again and again.
// kill [points] [policy]        kills of a refreshing process, for Strict, Spa and Mobile each. Default: 200.
// network [days]                16 devices on a bad network, for Spa and Mobile each. Default: 30.
// agents [days] [kind] [preset] 5 processes of an agent over one token file, on the sample, under Strict, Spa and Agents each, two runs at a time; kind is npm, csharp or fetch. Default: 30.
// worker …, agent …, refresher …, holder … the processes of these runs
var number = args.Length > 1 && int.TryParse(args[1], CultureInfo.InvariantCulture, out var given) ? given : (int?)null;
switch (args.FirstOrDefault())
{
    case "processes":
        foreach (var kind in args.Length > 2 ? args[2..3] : ProcessesRun.Kinds)
        {
            var expiries = number ?? 10_000;
            var run = kind == ProcessesRun.Ours || args.Length > 2 ? expiries : Math.Max(10, expiries / 100);
            Console.WriteLine($"{kind,-6} {await ProcessesRun.RunAsync(kind, RotationPolicy.Strict, processes: 8, requests: 50, run, Console.Out)}");
        }

        return 0;
    case "kill":
        foreach (var (name, policy) in Policies.All.Where(named => args.Length < 3 || named.Name == args[2]))
        {
            Console.WriteLine($"{name}: {await KillRun.RunAsync(policy, number ?? 200, seed: 1)}");
        }

        return 0;
    case "network":
        foreach (var (name, policy) in Policies.All.Skip(1))
        {
            Console.WriteLine($"{name}: {await NetworkRun.RunAsync(policy, number ?? 30, devices: 16, seed: 1)}");
        }

        return 0;
    case "agents":
        var runs = from kind in args.Length > 2 ? args[2..3] : AgentsRun.Kinds from preset in args.Length > 3 ? args[3..4] : AgentsServer.Presets select (kind, preset);
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (run, _) =>
        {
            await using var server = await AgentsServer.StartAsync();
            Console.WriteLine($"{run.kind,-6} {run.preset,-6} {await AgentsRun.RunAsync(server, run.kind, run.preset, number ?? 30, progress: Console.Error)}");
        });
        return 0;
    case "agent":
        await Worker.RunAsync(() => McpAgent.CreateAsync(new Uri(args[1]), args[2], args[3]));
        return 0;
    case "refresher":
        await KillRun.RefreshForeverAsync(new Uri(args[1]), args[2], Convert.FromBase64String(args[3]));
        return 0;
    case "holder":
        await using (await new FileTokenSessionStore(args[1]).LockAsync(new TokenSessionKey(AppClient.Name, TokenSessionKey.DefaultSessionId), CancellationToken.None))
        {
            Console.WriteLine("held");
            Console.ReadLine();
        }

        return 0;
    case "worker":
        await Worker.RunAsync(args[1], new Uri(args[2]), args[3], Convert.FromBase64String(args[4]));
        return 0;
    default:
        Console.Error.WriteLine("Modes: processes, kill, network, agents. See Program.cs.");
        return 1;
}
