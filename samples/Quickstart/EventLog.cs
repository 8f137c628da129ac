using RefreshTokenRotation;

namespace Quickstart;

/// <summary>Keeps the engine's events. A host would warn its user, or write an audit log.</summary>
internal sealed class EventLog : IRefreshTokenEventHandler
{
    private readonly List<RefreshTokenEvent> _events = [];

    /// <summary>Complete once the host has stopped, which drains the queue.</summary>
    public IReadOnlyList<RefreshTokenEvent> Events => _events;

    public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        // Events come one at a time.
        _events.Add(refreshTokenEvent);
        return ValueTask.CompletedTask;
    }

    /// <summary>An event in words: its name, the client, and what it says beyond that.</summary>
    public static (string Name, string Client, string Detail) Describe(RefreshTokenEvent told) => told switch
    {
        RefreshTokenEvent.Issued issued => ("issued", issued.Family!.ClientId, $"{issued.Family.FirstDevice?.Name}"),
        RefreshTokenEvent.Exchanged exchanged =>
            (exchanged.Outcome.ToCode(), exchanged.Family!.ClientId, $"{exchanged.Device?.Name}, generation {exchanged.Family.Generation}"),
        RefreshTokenEvent.ReuseDetected reuse =>
            ("reuse_detected",
            reuse.Family!.ClientId,
            $"{reuse.Device?.Name} replayed a token {reuse.GenerationsBack} generations back, {Age(reuse)}; family revoked: {YesNo(reuse.FamilyRevoked)}"),
        RefreshTokenEvent.Evicted evicted => ("evicted", evicted.Family!.ClientId, $"{evicted.Family.FirstDevice?.Name}"),
        RefreshTokenEvent.Revoked revoked =>
            (revoked.Deleted ? "deleted" : "revoked", $"{revoked.Filter.ClientId}", $"{revoked.Count}, because {revoked.Reason.ToCode()}"),
        RefreshTokenEvent.Rejected rejected =>
            ("rejected",
            rejected.ClientId,
            $"{rejected.Device?.Name}, because {rejected.Reason.ToCode()}{Original(rejected.Family)}"),
        _ => (told.GetType().Name, string.Empty, string.Empty),
    };

    private static string Original(TokenFamilyInfo? family) =>
        family?.RevocationReason is { } reason ? $" ({reason.ToCode()})" : string.Empty;

    private static string Age(RefreshTokenEvent.ReuseDetected reuse) =>
        reuse.Age is { } age ? $"{(reuse.IsAgeExact ? string.Empty : "at least ")}{age.TotalHours:0.#} h old" : "of unknown age";

    private static string YesNo(bool value) => value ? "yes" : "no";
}
