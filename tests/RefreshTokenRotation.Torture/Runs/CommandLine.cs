using System.Globalization;
using RefreshTokenRotation.Torture.Setups;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>What a person asks of the program.</summary>
internal static class CommandLine
{
    private const string Usage = """
        --store NAME [--seed 1] [--seeds 1] [--minutes 1]   one set-up, for so long a seed
        --all [--seed 1] [--seeds 1] [--minutes 1]          every set-up
        --sabotages [NAME] [--seed 1]                       every set-up and store that is wrong on purpose, or one; each must be found
        --watch                                             says what happens while it happens
        --report FILE                                       also writes a page about what ran
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var setups = args.Contains("--all") ? SetupCatalogue.All : SetupCatalogue.All.Where(setup => setup.Key == Text(args, "--store")).ToDictionary();
        var sabotages = args.Contains("--sabotages")
            ? SabotageCatalogue.All.Where(sabotage => Text(args, "--sabotages") is not { } name || name.StartsWith('-') || name == sabotage.Name).ToList()
            : [];
        if (setups.Count + sabotages.Count == 0)
        {
            Console.WriteLine($"{Usage}\nSet-ups: {string.Join(", ", SetupCatalogue.All.Keys)}\nSabotages: {string.Join(", ", SabotageCatalogue.All.Select(static sabotage => sabotage.Name))}");
            return 2;
        }

        var start = TimeProvider.System.GetTimestamp();
        Action<string> progress = args.Contains("--watch")
            ? what => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds,7:0.0} {what}"))
            : static _ => { };
        var results = new List<RunResult>();
        var seed = (int)Number(args, "--seed", 1);
        foreach (var (_, create) in setups)
        {
            for (var i = 0; i < (int)Number(args, "--seeds", 1); i++)
            {
                await using var setup = create();
                await setup.StartAsync();
                Tell(await new TortureRun(setup, seed + i) { Progress = progress }.RunAsync(int.MaxValue, TimeSpan.FromMinutes(Number(args, "--minutes", 1))));
            }
        }

        foreach (var sabotage in sabotages)
        {
            Tell(await sabotage.RunAsync(seed, progress));
        }

        if (Text(args, "--report") is { } file)
        {
            await File.WriteAllTextAsync(file, ReportPage.Write(results));
        }

        return results.TrueForAll(static result => (result.Findings.Count > 0) == (result.Sabotage is not null)) ? 0 : 1;

        void Tell(RunResult result)
        {
            results.Add(result);
            Console.WriteLine(result);
            Console.WriteLine(result.Describe(findings: result.Sabotage is null ? 5 : 1, lines: result.Sabotage is null ? 80 : 25));
        }
    }

    private static string? Text(string[] args, string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    private static double Number(string[] args, string name, double otherwise) =>
        Text(args, name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
