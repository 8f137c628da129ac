namespace RefreshTokenRotation;

/// <summary>What was seen of a client in the last weeks: counts without an id of a user or a family.</summary>
/// <remarks>The counts of several nodes add up; <see cref="RotationTelemetry.AdvisorFamilies"/> and <see cref="RotationTelemetry.AdvisorExchanges"/> publish them, and
/// <see cref="RotationAdvice.For"/> turns a sum into advice. Of a client with more than 256 families they are estimates from a sample.</remarks>
public sealed record ClientUsage
{
    /// <summary>Families that were refreshed.</summary>
    public long Families { get; init; }

    /// <summary>Families whose token had two holders that came back at least ten seconds apart.</summary>
    public long SharedFamilies { get; init; }

    /// <summary>Rotations.</summary>
    public long Rotations { get; init; }

    /// <summary>Presentations of a token that a rotation had given out: the client keeps its successors.</summary>
    public long SuccessorsPresented { get; init; }

    /// <summary>Presentations of a token that had been replaced.</summary>
    public long Replays { get; init; }

    /// <summary>Rotations whose token came back within ten seconds.</summary>
    public long Bursts { get; init; }

    /// <summary>Replays in those bursts.</summary>
    public long BurstReplays { get; init; }

    /// <summary>How many times <see cref="RotationPolicy.Strict"/> would have ended a family. Shared families count here and below only if at
    /// least one in ten is shared: fewer may be thefts.</summary>
    public long StrictLogOuts { get; init; }

    /// <summary>How many times <see cref="RotationPolicy.Spa"/> would have ended a family.</summary>
    public long SpaLogOuts { get; init; }

    /// <summary>How many times <see cref="RotationPolicy.Mobile"/> would have ended a family.</summary>
    public long MobileLogOuts { get; init; }

    /// <summary>How many times <see cref="RotationPolicy.Agents"/> would have ended a family.</summary>
    public long AgentsLogOuts { get; init; }

    /// <summary>In nine of ten families with replays, the oldest replay was younger: 1 s, 10 s, 1 min, 10 min, 1 hour, 1 day, or <see cref="TimeSpan.MaxValue"/>. Zero without
    /// replays. An estimate for a token that is several generations old.</summary>
    public TimeSpan ReplayAge { get; init; }

    /// <summary>In nine of ten families with replays, no token was more generations old. The tokens claim this; nothing proves it.</summary>
    public int GenerationsBack { get; init; }

    /// <summary>Whether two holders are this client's habit, and not the sign of a few thefts.</summary>
    internal bool IsTokenShared => SharedFamilies * 10 >= Families && SharedFamilies > 0;

    internal long LogOutsUnder(RotationPreset preset) => preset switch
    {
        RotationPreset.Strict => StrictLogOuts,
        RotationPreset.Spa => SpaLogOuts,
        RotationPreset.Mobile => MobileLogOuts,
        RotationPreset.Agents => AgentsLogOuts,
        _ => 0,
    };
}
