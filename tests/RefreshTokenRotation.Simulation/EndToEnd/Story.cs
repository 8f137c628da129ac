using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>Why a world broke a rule, in as few words as will do: one user, no trouble that is not needed, and the end of the family's life.</summary>
internal static partial class Story
{
    private const int MaxUsers = 8;
    private const int Ending = 8;

    /// <summary>Shrinks a broken run. The result breaks the same rule.</summary>
    public static Outcome Shrink(Outcome broken)
    {
        var (rule, user, _) = broken.Broken!.Value;
        var days = (int)Math.Ceiling(broken.Ended.TotalDays);
        var best = Again(broken.Scenario with { Only = user, Days = days }, rule) ?? Again(broken.Scenario with { Days = days }, rule)!;
        foreach (var trouble in Enum.GetValues<Troubles>().Where(trouble => trouble is not (Troubles.None or Troubles.All)))
        {
            best = Again(best.Scenario with { Troubles = best.Scenario.Troubles & ~trouble }, rule) ?? best;
        }

        for (var other = 0; other < Math.Min(MaxUsers, broken.Scenario.Users); other++)
        {
            var shorter = Again(best.Scenario with { Only = other, Days = (int)Math.Ceiling(best.Ended.TotalDays) }, rule);
            best = shorter is not null && LinesOf(shorter).Count < LinesOf(best).Count ? shorter : best;
        }

        return best;
    }

    /// <summary>The story as the lab tells it.</summary>
    public static string Tell(Outcome broken)
    {
        var scenario = broken.Scenario;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{scenario.Preset.Name}, {scenario.App}, {scenario.Habit}, seed {scenario.Seed}, user {broken.Broken!.Value.User}, troubles: {scenario.Troubles}");
        var lines = LinesOf(broken);
        for (var index = 0; index < lines.Count; index++)
        {
            if (index == 1 && lines.Count > Ending + 2)
            {
                index = lines.Count - Ending;
                text.AppendLine(CultureInfo.InvariantCulture, $"  ... {index - 1} lines ...");
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"{lines[index]}");
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"BROKEN: {broken.Broken.Value.Rule}.").ToString();
    }

    /// <summary>The life of the family, with what befell its user.</summary>
    private static List<Journal.Line> LinesOf(Outcome outcome)
    {
        var (_, user, family) = outcome.Broken!.Value;
        var began = outcome.Lines.FirstOrDefault(line => line.Family == family && family is not null)?.At ?? TimeSpan.Zero;
        return [.. outcome.Lines.Where(line =>
            (line.User == user && line.At >= began && (line.Family is null || line.Family == family))
            || (line.User < 0 && line.At >= outcome.Ended - TimeSpan.FromMinutes(1)))];
    }

    private static Outcome? Again(Scenario scenario, string rule) =>
        SystemWorld.Run(scenario, isRead: true) is { Broken: { } found } outcome && Kind(found.Rule) == Kind(rule) ? outcome : null;

    private static string Kind(string rule) => Numbers().Replace(rule, "#");

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
