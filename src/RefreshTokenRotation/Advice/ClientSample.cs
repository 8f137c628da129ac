namespace RefreshTokenRotation.Advice;

/// <summary>The families of one client that the advisor looks at: all, or of a larger client those whose hash is below a bound, halved as often as needed.</summary>
internal sealed class ClientSample
{
    public const int Capacity = 256;

    public static readonly TimeSpan Period = TimeSpan.FromDays(14);

    private static readonly TimeSpan[] Ages =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.MaxValue];

    private readonly Dictionary<ulong, SampledFamily> _families = [];
    private int _halvings;

    public DateTimeOffset LastSeen { get; private set; }

    /// <summary>A family; null if it is not in the sample.</summary>
    /// <param name="hash">A hash of its id.</param>
    /// <param name="now">The time.</param>
    public SampledFamily? Find(ulong hash, DateTimeOffset now)
    {
        LastSeen = now;
        if (!IsSampled(hash))
        {
            return null;
        }

        if (!_families.TryGetValue(hash, out var family))
        {
            MakeRoom(now);
            if (!IsSampled(hash))
            {
                return null;
            }

            _families.Add(hash, family = new SampledFamily(now));
        }

        family.See(now, Period);
        return family;
    }

    public ClientUsage Summarize(DateTimeOffset now)
    {
        SampledFamily[] families = [.. _families.Values.Where(family => now - family.LastSeen < Period)];
        var usage = new ClientUsage { Families = Scale(families.Length), SharedFamilies = Scale(families.Count(static family => family.IsShared)) };

        // A few families with two holders are suspects. What would log them out is no harm.
        SampledFamily[] honest = usage.IsTokenShared ? families : [.. families.Where(static family => !family.IsShared)];
        SampledFamily[] replayed = [.. honest.Where(static family => family.Replays > 0)];
        return usage with
        {
            Rotations = Scale(families.Sum(static family => (long)family.Rotations)),
            SuccessorsPresented = Scale(families.Sum(static family => (long)family.Successors)),
            Replays = Scale(families.Sum(static family => (long)family.Replays)),
            Bursts = Scale(families.Sum(static family => (long)family.Bursts)),
            BurstReplays = Scale(families.Sum(static family => (long)family.BurstReplays)),
            StrictLogOuts = Scale(honest.Sum(static family => (long)family.StrictLogOuts)),
            SpaLogOuts = Scale(honest.Sum(static family => (long)family.SpaLogOuts)),
            MobileLogOuts = Scale(honest.Sum(static family => (long)family.MobileLogOuts)),
            AgentsLogOuts = Scale(honest.Sum(static family => (long)family.AgentsLogOuts)),
            ReplayAge = replayed.Length == 0 ? TimeSpan.Zero : Array.Find(Ages, age => NineOfTen(replayed, static family => family.OldestReplay) < age),
            GenerationsBack = replayed.Length == 0 ? 0 : NineOfTen(replayed, static family => family.MostGenerationsBack),
        };
    }

    private static T NineOfTen<T>(SampledFamily[] families, Func<SampledFamily, T> value) =>
        families.Select(value).Order().ElementAt((families.Length - 1) * 9 / 10);

    private bool IsSampled(ulong hash) => _halvings == 0 || hash >> (64 - _halvings) == 0;

    private long Scale(long count) => count << _halvings;

    private void MakeRoom(DateTimeOffset now)
    {
        if (_families.Count < Capacity)
        {
            return;
        }

        Remove(static (entry, now) => now - entry.Value.LastSeen >= Period, now);
        while (_families.Count >= Capacity)
        {
            _halvings++;
            Remove((entry, _) => !IsSampled(entry.Key), now);
        }
    }

    private void Remove(Func<KeyValuePair<ulong, SampledFamily>, DateTimeOffset, bool> matches, DateTimeOffset now)
    {
        foreach (var entry in _families.Where(entry => matches(entry, now)).ToArray())
        {
            _families.Remove(entry.Key);
        }
    }
}
