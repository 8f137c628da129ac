using System.Globalization;

namespace RefreshTokenRotation.Simulation.Advice;

/// <summary>Runs a kind of client under every preset: what the advisor says under each, and what following it costs in log-ins.</summary>
internal sealed record AdvisorTrial(ClientKind Kind, int Seed, IReadOnlyDictionary<RotationPreset, int> ForcedLogIns, IReadOnlyList<(string Policy, RotationAdvice Advice)> Advices)
{
    private static readonly (RotationPreset Preset, RotationPolicy Policy)[] Presets =
    [
        (RotationPreset.Strict, RotationPolicy.Strict),
        (RotationPreset.Spa, RotationPolicy.Spa),
        (RotationPreset.Mobile, RotationPolicy.Mobile),
        (RotationPreset.Agents, RotationPolicy.Agents),
        (RotationPreset.NonRotating, RotationPolicy.Strict with { RotationType = RotationType.NonRotating }),
    ];

    /// <summary>What is wrong with the advice, a line for each policy that the client was watched under.</summary>
    public IEnumerable<string> Faults => Advices
        .Where(given => given.Advice.Pattern != Kind.Pattern || ForcedLogIns[given.Advice.Preset!.Value] > 1.05 * Best)
        .Select(given => string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind.Name}, seed {Seed}, under {given.Policy}: {given.Advice.Pattern}, {given.Advice} {given.Advice.Usage} Forced log-ins: {Row}"));

    /// <summary>The forced log-ins under each preset.</summary>
    public string Row => string.Join(", ", ForcedLogIns.Select(forced => string.Create(CultureInfo.InvariantCulture, $"{forced.Key} {forced.Value}")));

    /// <summary>The fewest forced log-ins of a preset that rotates: without rotation there are none, and no detection.</summary>
    private int Best => ForcedLogIns.Where(forced => forced.Key != RotationPreset.NonRotating).Min(forced => forced.Value);

    public static AdvisorTrial Run(ClientKind kind, int seed)
    {
        var forced = new Dictionary<RotationPreset, int>();
        var advices = new List<(string, RotationAdvice)>();
        foreach (var (preset, policy) in Presets)
        {
            var (logIns, advice) = Watch(kind, seed, policy);
            forced.Add(preset, logIns);
            if (preset != RotationPreset.NonRotating)
            {
                advices.Add(($"{preset}", advice));
            }
        }

        advices.Add(("Strict in shadow mode", Watch(kind, seed, RotationPolicy.Strict with { ShadowMode = true }).Advice));
        return new(kind, seed, forced, advices);
    }

    private static (int ForcedLogIns, RotationAdvice Advice) Watch(ClientKind kind, int seed, RotationPolicy policy)
    {
        using var world = new ClientWorld(policy, seed);
        for (var index = 0; index < kind.LogIns; index++)
        {
            kind.Start(world, new LogIn(world, $"user {index}"), index);
        }

        world.Run(TimeSpan.FromDays(kind.Days));
        return (world.ForcedLogIns, world.Advice);
    }
}
