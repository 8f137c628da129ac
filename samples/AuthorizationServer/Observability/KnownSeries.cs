using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Observability;

/// <summary>The series that there will be. They begin with zero at the start: a counter that first appears with one has not risen, for Prometheus,
/// and the first reuse of all would set off no alarm.</summary>
internal static class KnownSeries
{
    public static IEnumerable<KeyValuePair<string, string>[]> Of(string instrument) => instrument switch
    {
        RotationTelemetry.Exchanges => Each("outcome", Enum.GetValues<ExchangeOutcome>().Select(ReasonCodes.ToCode)),
        RotationTelemetry.Rejections => Each("reason", Enum.GetValues<RejectionReason>().Select(ReasonCodes.ToCode)),
        RotationTelemetry.Revocations => Each("reason", Enum.GetValues<RevocationReason>().Select(ReasonCodes.ToCode)),
        RotationTelemetry.DroppedEvents => Each("lane", ["changes", "repeats"]),
        RotationTelemetry.Reuses => Each("shadow", ["false", "true"]),
        ResourceServerTelemetry.Refusals => Each("reason", ["ended", "inactive", "malformed", "no_family"]),
        ResourceServerTelemetry.Unavailable => Each("allowed", ["false", "true"]),
        ResourceServerTelemetry.Confirmations => Each("failed", ["false", "true"]),
        RotationTelemetry.Issues or RotationTelemetry.Evictions or RotationTelemetry.Pruned
            or RotationTelemetry.StoreConflicts => [[]],
        _ => [],
    };

    private static IEnumerable<KeyValuePair<string, string>[]> Each(string label, IEnumerable<string> values) =>
        values.Select(value => (KeyValuePair<string, string>[])[new(label, value)]);
}
