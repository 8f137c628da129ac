using System.Globalization;
using BenchmarkDotNet.Running;
using RefreshTokenRotation.Benchmarks;
using RefreshTokenRotation.Benchmarks.Capacity;
using RefreshTokenRotation.Benchmarks.Edge;
using RefreshTokenRotation.Benchmarks.Hosts;
using RefreshTokenRotation.Benchmarks.Load;
using RefreshTokenRotation.Benchmarks.Postgres;
using RefreshTokenRotation.Benchmarks.Stores;

// floor:  exchanges against the bare cryptography, in turn and in one run.
// memory: bytes a family at a million families.
// postgres: exchanges in PostgreSQL, by single statements and in batches, against the same statements through pgbench and bare Npgsql; numbers of clients may follow.
// revoke: every family of a large client is revoked in PostgreSQL while another client exchanges; a number of families may follow.
// stores: exchanges in each store, 16 clients (Redis: 32), against the bare statements through the raw driver.
// client: what the client's handler adds to a request whose access token is fresh.
// jwt:    an access token against the bare signature.
// timing: whether the time of a refusal tells its cause.
// load:   the token endpoint in a host of its own against a minimal endpoint, over the loopback; a number of chains may follow.
// edge:   the sample with PostgreSQL under ten times the load that it can answer, slow clients, many connections and a slow database; a number of minutes may follow (default 5).
// openiddict: an OpenIddict server with families and without, its cost and its races; a number of races may follow (default 1,000).
// capacity: many families in PostgreSQL, and a month of a sample of them: --families N (default 10,000,000), --sample N, --days N, --seconds N.
// peers:  whole token endpoints on PostgreSQL, ours and OpenIddict's, each in a process of its own; a number of races may follow (default 1,000).
// else:   BenchmarkDotNet, with its own arguments (--filter '*', --job short --inProcess).
var numbers = args.Select(arg => int.TryParse(arg, out var number) ? number : 0).Where(number => number > 0).ToArray();
switch (args.FirstOrDefault())
{
    case "floor":
        await FloorReport.RunAsync(quick: args.Contains("--quick"));
        break;
    case "memory":
        await MemoryReport.RunAsync(families: 1_000_000);
        break;
    case "client":
        await ClientReport.RunAsync(quick: args.Contains("--quick"));
        break;
    case "jwt":
        SigningReport.Run(quick: args.Contains("--quick"));
        break;
    case "load":
        await LoadReport.RunAsync(quick: args.Contains("--quick"), numbers is [var chains, ..] ? chains : 16);
        break;
    case "edge":
        await EdgeReport.RunAsync(numbers is [var minutes, ..] ? minutes : 5);
        break;
    case "load-server":
        await LoadServer.RunAsync(args[1]);
        break;
    case "postgres":
        await PostgresReport.RunAsync(quick: args.Contains("--quick"), numbers.Length > 0 ? numbers : [1, 8, 16, 32]);
        break;
    case "openiddict":
        await OpenIddictReport.RunAsync(quick: args.Contains("--quick"), numbers is [var races, ..] ? races : 1000);
        break;
    case "peers":
        await PeersReport.RunAsync(quick: args.Contains("--quick"), numbers is [var pairs, ..] ? pairs : 1000);
        break;
    case "peer-server":
        await PeerServer.RunAsync(args[1], args[2]);
        break;
    case "capacity":
        await CapacityReport.RunAsync(Option("--families") ?? 10_000_000, Option("--sample"), Option("--days") ?? 30, Option("--seconds") ?? 20);
        break;
    case "revoke":
        await RevocationReport.RunAsync(numbers is [var families, ..] ? families : 600_000);
        break;
    case "timing":
        await TimingReport.RunAsync(quick: args.Contains("--quick"));
        break;
    case "stores":
        await StoresReport.RunAsync(quick: args.Contains("--quick"));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(FloorReport).Assembly).Run(args);
        break;
}

int? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
