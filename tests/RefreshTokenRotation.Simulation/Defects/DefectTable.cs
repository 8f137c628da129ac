using System.Globalization;
using System.Text;

namespace RefreshTokenRotation.Simulation.Defects;

/// <summary>What stands in SECURITY.md, and what a run shows.</summary>
internal static class DefectTable
{
    public static string Render()
    {
        var table = new StringBuilder("| Defect | What it did | Found by |\n| --- | --- | --- |\n");
        foreach (var defect in DefectCatalogue.All)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {defect.Name} | {defect.WhatItDid} | {defect.FoundBy.Name} |\n");
        }

        return table.ToString();
    }

    /// <summary>Looks for each, and tries the library in each world. The result is how many went wrong.</summary>
    public static int Show(IReadOnlyList<Defect> defects, TextWriter output)
    {
        var missed = 0;
        output.WriteLine($"{"defect",-50} {"found by",-20} {"steps",5} {"states",9} {"time",8}  library");
        foreach (var defect in defects)
        {
            var found = defect.Find();
            var library = defect.TryLibrary();
            var by = found.Broken?.Name ?? "NOT FOUND";
            var verdict = library is { Broken: null, IsComplete: true } ? $"passes, {library.States.ToString("N0", CultureInfo.InvariantCulture)} states" : "FAILS";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{defect.Name,-50} {by,-20} {found.Trace.Count,5} {found.States,9:N0} {found.Time.TotalSeconds,6:0.00} s  {verdict}"));
            missed += found.Broken is null || library.Broken is not null ? 1 : 0;
        }

        output.WriteLine($"{defects.Count} defects, {missed} not found or not passed");
        return missed;
    }
}
