using RefreshTokenRotation.Simulation;

return args switch
{
    [] => Report.Explore(large: false),
    ["--large"] => Report.Explore(large: true),
    ["--wrong-engines"] => Report.ShowWrongEngines(),
    ["--attack-table"] => Report.ShowAttackTable(),
    _ => Report.ShowUsage(),
};
