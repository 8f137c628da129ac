using BenchmarkDotNet.Running;
using RefreshTokenRotation.Benchmarks;

// floor:  exchanges against the bare cryptography, in turn and in one run.
// memory: bytes a family at a million families.
// else:   BenchmarkDotNet, with its own arguments (--filter '*', --job short --inProcess).
switch (args.FirstOrDefault())
{
    case "floor":
        await FloorReport.RunAsync(quick: args.Contains("--quick"));
        break;
    case "memory":
        await MemoryReport.RunAsync(families: 1_000_000);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(FloorReport).Assembly).Run(args);
        break;
}
