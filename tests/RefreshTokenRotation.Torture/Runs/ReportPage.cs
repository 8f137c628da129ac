using System.Globalization;
using System.Text;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>A page in Markdown about what ran and what was found.</summary>
internal static class ReportPage
{
    public static string Write(IReadOnlyList<RunResult> results)
    {
        var page = new StringBuilder("# Store histories\n\n");
        var runs = results.Where(static result => result.Sabotage is null).ToList();
        if (runs.Count > 0)
        {
            page.Append("## Set-ups\n\n| Set-up | Seeds | Minutes | Families | Operations | Without an answer | Store calls | Anomalies |\n|---|---|---|---|---|---|---|---|\n");
            foreach (var setup in runs.GroupBy(static run => run.Setup))
            {
                page.AppendLine(CultureInfo.InvariantCulture, $"| {setup.Key} | {setup.Count()} | {setup.Sum(static run => run.Time.TotalMinutes):0.0} | {setup.Sum(static run => run.Families)} | {setup.Sum(static run => run.Operations)} | {setup.Sum(static run => run.Outcomes.GetValueOrDefault("unknown"))} | {setup.Sum(static run => run.StoreCalls)} | {setup.Sum(static run => run.Findings.Count)} |");
            }

            page.Append("\n## Faults\n\n| Set-up | Fault | Times |\n|---|---|---|\n");
            foreach (var setup in runs.GroupBy(static run => run.Setup))
            {
                foreach (var fault in setup.SelectMany(static run => run.Faults).GroupBy(static fault => fault.Key))
                {
                    page.AppendLine(CultureInfo.InvariantCulture, $"| {setup.Key} | {fault.Key} | {fault.Sum(static count => count.Value)} |");
                }
            }
        }

        var sabotages = results.Where(static result => result.Sabotage is not null).ToList();
        if (sabotages.Count > 0)
        {
            page.Append("\n## Sabotages\n\n| Sabotage | What is wrong | Found by | After operations |\n|---|---|---|---|\n");
            foreach (var result in sabotages)
            {
                var what = SabotageCatalogue.All.First(sabotage => sabotage.Name == result.Sabotage).What;
                var rules = !result.IsExpected ? "NOT FOUND" : string.Join(", ", result.Findings.Select(static finding => $"`{finding.Rule}`").Distinct());
                page.AppendLine(CultureInfo.InvariantCulture, $"| `{result.Sabotage}` | {what} | {rules} | {result.Operations} |");
            }
        }

        foreach (var result in results.Where(static result => result.Findings.Count > 0))
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"\n## {result.Sabotage ?? result.Setup}, seed {result.Seed}\n\n```text\n{result.Describe(findings: 1, lines: 20)}\n```");
        }

        return page.ToString();
    }
}
