using System.Globalization;

namespace RefreshTokenRotation;

/// <summary>Which preset fits a client, why, and what it costs in security.</summary>
public sealed class RotationAdvice
{
    /// <summary>Log-outs that are not worth a looser policy: one in 500 rotations, more than two months of a client that refreshes every hour of a working day.</summary>
    private const double Tolerated = 0.002;

    /// <summary>Where every preset logs out more often than every twentieth rotation, rotation does not fit.</summary>
    private const double Unbearable = 0.05;

    private const int FewestRotations = 20;
    private const int LowCap = 20;

    private static readonly RotationPreset[] Rotating = [RotationPreset.Strict, RotationPreset.Spa, RotationPreset.Mobile, RotationPreset.Agents];

    private RotationAdvice(ClientPattern pattern, RotationPreset? preset, ClientUsage usage) => (Pattern, Preset, Usage) = (pattern, preset, usage);

    /// <summary>How the client treats its tokens.</summary>
    public ClientPattern Pattern { get; }

    /// <summary>The strictest preset that logs out (nearly) as few users as any that rotates; null if too little was seen.</summary>
    public RotationPreset? Preset { get; }

    /// <summary>A new policy of that preset, to set or to change first; null if too little was seen.</summary>
    public RotationPolicy? Policy => Preset switch
    {
        null => null,
        RotationPreset.Strict => RotationPolicy.Strict,
        RotationPreset.Spa => RotationPolicy.Spa,
        RotationPreset.Mobile => RotationPolicy.Mobile,
        RotationPreset.Agents => RotationPolicy.Agents,
        _ => RotationPolicy.Strict with { RotationType = RotationType.NonRotating, ActiveCap = LowCap },
    };

    /// <summary>What the advice is based on.</summary>
    public ClientUsage Usage { get; }

    /// <summary>Why, in plain English.</summary>
    public string Reason => Pattern switch
    {
        ClientPattern.NotEnoughSeen => Text($"Only {Usage.Rotations} rotations were seen, too few to say"),
        ClientPattern.OneHolder => "Each family has one holder, which keeps the newest token",
        ClientPattern.ParallelTabs => Text($"Tabs refresh at once: {LogOuts(RotationPreset.Strict)}"),
        ClientPattern.ParallelRequests => Text($"Parallel requests refresh with one token, about {1 + (Usage.BurstReplays / Math.Max(1, Usage.Bursts))} at once: {LogOuts(RotationPreset.Strict)}"),
        ClientPattern.LostResponses => Text($"Responses get lost, and the client retries up to {Age} later: {LogOuts(RotationPreset.Spa)}"),
        ClientPattern.SharedToken => Text($"Processes share one token and present old ones, up to {Age} old and {Usage.GenerationsBack} generations back: {LogOuts(RotationPreset.Strict)}"),
        ClientPattern.NeverStoresSuccessor => Text($"The client does not keep the tokens that it receives: {Usage.SuccessorsPresented} of {Usage.Rotations} were ever presented"),
        _ => Text($"{Usage.SharedFamilies} of {Usage.Families} families had a second holder and the others had none: look at them as thefts"),
    };

    /// <summary>What the preset costs in security, in plain English.</summary>
    public string SecurityCost => Preset switch
    {
        null => "nothing is advised",
        RotationPreset.Strict => "it costs nothing: a replayed token ends its family at once",
        RotationPreset.Spa => "it hides a thief who presents each token within 10 seconds of the client's own refresh",
        RotationPreset.Mobile => "it also gives a thief with a stolen previous token a session until the client's next refresh",
        RotationPreset.Agents => "it hides a thief who refreshes at least once an hour, for as long as the family lives",
        _ => "it gives up reuse detection: a stolen token works until it expires or is revoked",
    };

    /// <summary>The advice in one sentence.</summary>
    public string Sentence => Preset is { } preset ? $"{preset}: {Reason}; {SecurityCost}{Suspects}." : $"{Reason}.";

    /// <summary>Thefts hide among other troubles too.</summary>
    private string Suspects => Usage.SharedFamilies > 0 && !Usage.IsTokenShared && Pattern != ClientPattern.PossibleTheft
        ? Text($"; {Usage.SharedFamilies} families had a second holder, which looks like a theft")
        : string.Empty;

    private string Age => Usage.ReplayAge switch
    {
        { TotalDays: > 1 } => "days",
        { TotalDays: 1 } => "a day",
        { TotalHours: >= 1 } => "an hour",
        { TotalMinutes: > 1 } => Text($"{Usage.ReplayAge.TotalMinutes} minutes"),
        { TotalMinutes: 1 } => "a minute",
        _ => "seconds",
    };

    /// <summary>The advice for what was seen of a client, such as the sum over several nodes.</summary>
    /// <param name="usage">What was seen.</param>
    /// <exception cref="ArgumentNullException"><paramref name="usage"/> is null.</exception>
    public static RotationAdvice For(ClientUsage usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        if (usage.Rotations < FewestRotations)
        {
            return new(ClientPattern.NotEnoughSeen, null, usage);
        }

        if (usage.SuccessorsPresented * 20 <= usage.Rotations && usage.SpaLogOuts * 2 >= usage.Rotations)
        {
            return new(ClientPattern.NeverStoresSuccessor, RotationPreset.NonRotating, usage);
        }

        var best = Rotating.Min(preset => usage.LogOutsUnder(preset));
        var preset = Rotating.First(preset => usage.LogOutsUnder(preset) <= (1.05 * best) + (Tolerated * usage.Rotations));
        var pattern = preset switch
        {
            RotationPreset.Strict when usage.SharedFamilies > 0 => ClientPattern.PossibleTheft,
            RotationPreset.Strict => ClientPattern.OneHolder,
            RotationPreset.Spa when usage.BurstReplays >= 3 * Math.Max(1, usage.Bursts) => ClientPattern.ParallelRequests,
            RotationPreset.Spa => ClientPattern.ParallelTabs,
            RotationPreset.Mobile => ClientPattern.LostResponses,
            _ => ClientPattern.SharedToken,
        };
        return best > Unbearable * usage.Rotations
            ? new(usage.IsTokenShared ? ClientPattern.SharedToken : ClientPattern.LostResponses, RotationPreset.NonRotating, usage)
            : new(pattern, preset, usage);
    }

    /// <summary>The sentence.</summary>
    /// <returns><see cref="Sentence"/>.</returns>
    public override string ToString() => Sentence;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string LogOuts(RotationPreset stricter) =>
        Text($"{stricter} would have ended {Usage.LogOutsUnder(stricter)} sessions in {Usage.Rotations} rotations, {Preset} {Usage.LogOutsUnder(Preset!.Value)}");
}
