using System.Globalization;
using RefreshTokenRotation.Simulation.Advice;
using RefreshTokenRotation.Simulation.Attacks;
using RefreshTokenRotation.Simulation.Defects;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation;

/// <summary>What the program prints.</summary>
internal static class Report
{
    /// <summary>Explores every world and prints a line for each. The last line is the sum.</summary>
    public static int Explore(bool large)
    {
        var states = 0L;
        var violations = 0;
        Console.WriteLine($"{"world",-46} {"states",10} {"transitions",12} {"longest",8} {"time",9} {"violations",11}");
        foreach (var world in large ? WorldTable.Default.Concat(WorldTable.Large) : WorldTable.Default)
        {
            var findings = new Explorer(world).Run();
            Console.WriteLine(findings.Row);
            states += findings.States;
            if (findings.Broken is not null)
            {
                violations++;
                Console.WriteLine(findings.Story);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{states:N0} states, {violations} violations"));
        return violations == 0 ? 0 : 1;
    }

    /// <summary>Shows how each wrong engine is found.</summary>
    public static int ShowWrongEngines()
    {
        var missed = 0;
        foreach (var wrong in WrongEngines.All)
        {
            var findings = wrong.Find();
            Console.WriteLine($"{wrong.Name}: {(findings.Broken is null ? "NOT FOUND" : findings.Story)}\n");
            missed += findings.Broken is null ? 1 : 0;
        }

        Console.WriteLine($"{WrongEngines.All.Count} wrong engines, {missed} not found");
        return missed == 0 ? 0 : 1;
    }

    /// <summary>Plays the public defects of other servers, and the library in the same worlds.</summary>
    public static int ShowDefects() => DefectTable.Show(DefectCatalogue.All, Console.Out) == 0 ? 0 : 1;

    /// <summary>The table of defects that stands in SECURITY.md.</summary>
    public static int ShowDefectTable()
    {
        Console.Write(DefectTable.Render());
        return 0;
    }

    /// <summary>The table of attacks that stands in SECURITY.md.</summary>
    public static int ShowAttackTable()
    {
        Console.Write(AttackTable.Render());
        return 0;
    }

    /// <summary>Tries the advisor on every kind of client: what each preset costs in forced log-ins over all seeds, and every advice that is wrong.</summary>
    public static int TryAdvisor(int seeds)
    {
        var faults = 0;
        foreach (var kind in ClientKind.All)
        {
            var trials = Enumerable.Range(0, seeds).Select(seed => AdvisorTrial.Run(kind, seed)).ToList();
            var forced = trials.SelectMany(trial => trial.ForcedLogIns).GroupBy(entry => entry.Key, (preset, entries) => $"{preset} {entries.Sum(entry => entry.Value)}");
            Console.WriteLine($"{kind.Name}: {string.Join(", ", forced)}\n    {trials[0].Advices[0].Advice}");
            foreach (var fault in trials.SelectMany(trial => trial.Faults))
            {
                faults++;
                Console.WriteLine($"    WRONG: {fault}");
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ClientKind.All.Count} kinds, {seeds} seeds, {faults} wrong advices"));
        return faults == 0 ? 0 : 1;
    }

    public static int ShowUsage()
    {
        Console.WriteLine("Explores small worlds with the library's exchange loop. Switches: --large, --wrong-engines, --cves, --cve-table, --attack-table, --advisor, --system [users [thieves seed] | --million].");
        return 2;
    }
}
