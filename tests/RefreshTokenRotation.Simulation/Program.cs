using System.Globalization;
using RefreshTokenRotation.Simulation;
using RefreshTokenRotation.Simulation.EndToEnd;

return args switch
{
    [] => Report.Explore(large: false),
    ["--large"] => Report.Explore(large: true),
    ["--wrong-engines"] => Report.ShowWrongEngines(),
    ["--cves"] => Report.ShowDefects(),
    ["--cve-table"] => Report.ShowDefectTable(),
    ["--attack-table"] => Report.ShowAttackTable(),
    ["--advisor"] => Report.TryAdvisor(seeds: 100),
    ["--system"] => SystemReport.Run(users: 60, thieves: 10, seed: 1, Console.Out),
    ["--system", "--million"] => SystemReport.Run(users: 1_000_000 / 60, thieves: 10, seed: 1, Console.Out),
    ["--system", var users] => SystemReport.Run(int.Parse(users, CultureInfo.InvariantCulture), thieves: 10, seed: 1, Console.Out),
    ["--system", var users, var thieves, var seed] => SystemReport.Run(
        int.Parse(users, CultureInfo.InvariantCulture), int.Parse(thieves, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture), Console.Out),
    _ => Report.ShowUsage(),
};
