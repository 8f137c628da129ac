using RefreshTokenRotation.Simulation;

return args switch
{
    [] => Report.Explore(large: false),
    ["--large"] => Report.Explore(large: true),
    ["--wrong-engines"] => Report.ShowWrongEngines(),
    ["--cves"] => Report.ShowDefects(),
    ["--cve-table"] => Report.ShowDefectTable(),
    ["--attack-table"] => Report.ShowAttackTable(),
    ["--advisor"] => Report.TryAdvisor(seeds: 100),
    _ => Report.ShowUsage(),
};
