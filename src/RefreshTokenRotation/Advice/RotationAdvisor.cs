using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.Advice;

/// <summary>Learns from events, after the write and off the exchange path. What it keeps is bounded, whatever clients and users do.</summary>
internal sealed class RotationAdvisor : IRotationAdvisor, IRefreshTokenEventHandler
{
    public const int MaxClients = 100;

    private static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string TenantId, string ClientId), ClientSample> _clients = [];
    private readonly TimeProvider _time;
    private readonly ulong _key;

    public RotationAdvisor(TimeProvider time, RandomSource random, RotationMetrics metrics)
    {
        _time = time;
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        random.Fill(key);
        _key = BitConverter.ToUInt64(key);
        metrics.ObserveAdvisor(
            () => Measure(static usage =>
            [
                ("seen", usage.Families), ("shared", usage.SharedFamilies), ("strict", usage.StrictLogOuts), ("spa", usage.SpaLogOuts), ("mobile", usage.MobileLogOuts),
                ("agents", usage.AgentsLogOuts),
            ]),
            () => Measure(static usage =>
            [
                ("rotations", usage.Rotations), ("successors", usage.SuccessorsPresented), ("replays", usage.Replays), ("bursts", usage.Bursts), ("burst_replays", usage.BurstReplays),
            ]));
    }

    public ValueTask<RotationAdvice> GetAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(clientId);
        ArgumentNullException.ThrowIfNull(tenantId);
        lock (_lock)
        {
            var usage = _clients.TryGetValue((tenantId, clientId), out var client) ? client.Summarize(_time.GetUtcNow()) : new ClientUsage();
            return new(RotationAdvice.For(usage));
        }
    }

    public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        if (refreshTokenEvent.Family is { } family)
        {
            lock (_lock)
            {
                Learn(refreshTokenEvent, family);
            }
        }

        return ValueTask.CompletedTask;
    }

    private void Learn(RefreshTokenEvent told, TokenFamilyInfo family)
    {
        switch (told)
        {
            case RefreshTokenEvent.Exchanged { Outcome: ExchangeOutcome.Rotated or ExchangeOutcome.ConvertedToRotating }:
                Find(told, family)?.Rotate(family.Generation, told.OccurredAt);
                break;
            case RefreshTokenEvent.Exchanged { Outcome: ExchangeOutcome.Reissued, Age: { } age } reissue:
                Find(told, family)?.Replay(family.Generation, reissue.GenerationsBack, age, answered: true);
                break;
            case RefreshTokenEvent.Exchanged { Outcome: ExchangeOutcome.Recovered }:
                Find(told, family)?.Recover(family.Generation, told.OccurredAt);
                break;
            case RefreshTokenEvent.ReuseDetected reuse:
                var back = Math.Max(1, family.Generation - reuse.PresentedGeneration); // by what it claims: after a recovery, the token before counts as the previous one
                Find(told, family)?.Replay(family.Generation, back, AgeOf(reuse, family, back), answered: false, told.Occurrences);
                break;
            case RefreshTokenEvent.Rejected { Reason: RejectionReason.Revoked, WasCurrent: true } when family.RevocationReason == RevocationReason.ReuseDetected:
                Find(told, family)?.PresentCurrentTooLate(family.Generation, Since(family, family.RevokedAt!.Value));
                break;
            case RefreshTokenEvent.Rejected { Reason: RejectionReason.Revoked } when Since(family, told.OccurredAt) < RotationPolicy.Spa.Leeway:
                Find(told, family)?.FollowBurst(family.Generation, told.Occurrences);
                break;
        }
    }

    /// <summary>Where nothing proves when a token was replaced, it is estimated from the family's pace.</summary>
    private static TimeSpan AgeOf(RefreshTokenEvent.ReuseDetected reuse, TokenFamilyInfo family, long back)
    {
        var least = reuse.Age ?? TimeSpan.Zero;
        if (reuse.IsAgeExact || family.RotatedAt is not { } rotatedAt)
        {
            return least;
        }

        var pace = (rotatedAt - family.CreatedAt) / Math.Max(1, family.Generation);
        var guess = Since(family, reuse.OccurredAt) + (pace * Math.Min(back - 1, family.Generation));
        return guess > least ? guess : least;
    }

    private static TimeSpan Since(TokenFamilyInfo family, DateTimeOffset now) =>
        now - family.RotatedAt is { } elapsed && elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero;

    private SampledFamily? Find(RefreshTokenEvent told, TokenFamilyInfo family)
    {
        var key = (family.TenantId, family.ClientId);
        if (!_clients.TryGetValue(key, out var client))
        {
            if (_clients.Count >= MaxClients)
            {
                var silent = _clients.MinBy(static entry => entry.Value.LastSeen);
                if (told.OccurredAt - silent.Value.LastSeen < Silence)
                {
                    return null;
                }

                _clients.Remove(silent.Key);
            }

            _clients.Add(key, client = new ClientSample());
        }

        return client.Find(Hash(family.FamilyId), told.OccurredAt);
    }

    /// <summary>Ids are random; the key keeps what is held from being looked up by one.</summary>
    private ulong Hash(Guid familyId)
    {
        Span<byte> bytes = stackalloc byte[16];
        familyId.TryWriteBytes(bytes);
        return Mix(Mix(BitConverter.ToUInt64(bytes) ^ _key) ^ BitConverter.ToUInt64(bytes[sizeof(ulong)..]));
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private Measurement<long>[] Measure(Func<ClientUsage, (string Count, long Value)[]> counts)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            return
            [
                .. _clients.SelectMany(client => counts(client.Value.Summarize(now)).Select(count => new Measurement<long>(
                    count.Value, new("tenant", client.Key.TenantId), new("client", client.Key.ClientId), new("count", count.Count)))),
            ];
        }
    }
}
