using System.Text;

namespace RefreshTokenRotation.Simulation.Attacks;

/// <summary>Plays every attack against every preset, and writes down what happened.</summary>
internal static class AttackTable
{
    /// <summary>FAPI 2.0 clients are bound to a key; the others are not.</summary>
    private static readonly (string Name, RotationPolicy Policy, bool Bound)[] Presets =
    [
        (nameof(RotationPolicy.Strict), RotationPolicy.Strict, false),
        (nameof(RotationPolicy.Spa), RotationPolicy.Spa, false),
        (nameof(RotationPolicy.Mobile), RotationPolicy.Mobile, false),
        (nameof(RotationPolicy.Agents), RotationPolicy.Agents, false),
        (nameof(RotationPolicy.Fapi), RotationPolicy.Fapi, true),
        (nameof(RotationPolicy.FapiRotating), RotationPolicy.FapiRotating, true),
    ];

    public static string Render()
    {
        var table = new StringBuilder();
        var lines = new StringBuilder();
        table.Append("| Attack |").AppendJoin(string.Empty, Presets.Select(preset => $" `{preset.Name}` |")).Append('\n');
        table.Append("| --- |").AppendJoin(string.Empty, Presets.Select(_ => " --- |")).Append('\n');
        foreach (var attack in AttackCatalogue.All)
        {
            var verdicts = Presets.Select(preset => Judge(attack, preset.Policy, preset.Bound)).ToArray();
            table.Append("| ").Append(attack.Name).Append(" |").AppendJoin(string.Empty, verdicts.Select(verdict => $" {verdict} |")).Append('\n');
            lines.Append("- **").Append(attack.Name).Append("**: ").Append(attack.Explanation);
            if (verdicts.Contains("not caught"))
            {
                lines.Append(" Not caught, because ").Append(attack.WhyNot).Append('.');
            }

            lines.Append('\n');
        }

        return $"{table}\n{lines}";
    }

    private static string Judge(Attack attack, RotationPolicy policy, bool bound)
    {
        using var lab = new AttackLab(policy, bound);
        attack.Play(lab);
        return lab.Caught is { } when ? when == "at once" ? "caught at once" : $"caught when {when}"
            : lab.ThiefGotIn ? "not caught"
            : lab.ClientIsIn ? "refused, session goes on"
            : "refused";
    }
}
