using System.Text;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal static class RoundTripSabotages
{
    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("loses the metadata", ["round-trip.every-field"], inner => Rewrite.Rows(inner, row => row with { Metadata = new Dictionary<string, string>() })),
        new("loses the last device", ["round-trip.every-field", "round-trip.swap"], inner => Rewrite.Rows(inner, row => row with { LastDevice = null })),
        new("says that it keeps the trail, and drops it", ["trail.kept"], inner => Rewrite.Rows(inner, row => row with { Trail = null })),
        new("cuts the trail at 255 bytes", ["trail.kept"], inner => Rewrite.Rows(
            inner, row => row with { Trail = row.Trail is { Size: > 255 } trail ? new TokenTrail(trail.ToArray().AsSpan(0, 255)) : row.Trail })),
        new("can't empty the trail", ["trail.kept"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) => await inner.CompareAndSwapAsync(
                family with { Trail = family.Trail ?? (await inner.FindAsync(family.Grant.LookupKey, token))?.Trail }, expected, token),
        }),
        new("sorts the scopes", ["round-trip.every-field"], inner => Rewrite.Rows(inner, row => row with { Grant = row.Grant with { Scopes = [.. row.Grant.Scopes.Order()] } })),
        new("stores empty text for none", ["round-trip.absent-fields"], inner => Rewrite.Rows(inner, row => row with { Grant = row.Grant with { Acr = row.Grant.Acr ?? string.Empty } })),
        new("takes a device of which nothing is known for none", ["round-trip.empty-values"], inner => Rewrite.Rows(
            inner, row => row with { Grant = row.Grant with { FirstDevice = row.Grant.FirstDevice == new DeviceInfo() ? null : row.Grant.FirstDevice } })),
        new("keeps versions as floating point numbers", ["round-trip.largest-values"], inner => new BrokenStore(inner)
        {
            Add = (family, cap, now, token) => inner.AddAsync(family with { Version = (long)(double)family.Version }, cap, now, token).AsTask(),
        }),
        new("can't filter by a quoted text", ["round-trip.unicode"], inner => new BrokenStore(inner)
        {
            List = async (query, token) => query.Filter.Subject?.Contains('\'', StringComparison.Ordinal) == true ? [] : await inner.ListAsync(query, token),
        }),
        new("can't empty the salt", ["round-trip.swap"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) => await inner.CompareAndSwapAsync(
                family with { Salt = family.Salt ?? (await inner.FindAsync(family.Grant.LookupKey, token))?.Salt }, expected, token),
        }),
        new("rounds to microseconds", ["round-trip.ticks"], inner => Rewrite.Rows(inner, row => row with { LastUsedAt = Rounded(row.LastUsedAt, 10) })),
        new("rounds to seconds", ["round-trip.ticks"], inner => Rewrite.Rows(inner, row => row with { LeewayUntil = Rounded(row.LeewayUntil, TimeSpan.TicksPerSecond) })),
        new("cuts long text", ["round-trip.largest-values"], inner => Rewrite.Rows(inner, row => row with
        {
            Grant = row.Grant with { Subject = row.Grant.Subject[..Math.Min(row.Grant.Subject.Length, 100)] },
        })),
        new("counts generations in 31 bits", ["round-trip.largest-values"], inner => Rewrite.Rows(inner, row => row with { Generation = row.Generation & int.MaxValue })),
        new("normalises text", ["round-trip.unicode"], inner => Rewrite.Rows(inner, row => row with
        {
            Grant = row.Grant with { ClientId = row.Grant.ClientId.Normalize(NormalizationForm.FormC) },
        })),
        new("folds case", ["round-trip.exact-keys"], inner => new BrokenStore(inner)
        {
            List = async (query, token) => [.. (await inner.ListAsync(query with { Filter = query.Filter with { Subject = null } }, token))
                .Where(row => query.Filter.Subject is null || string.Equals(query.Filter.Subject, row.Grant.Subject, StringComparison.OrdinalIgnoreCase))],
        }),
        new("ignores spaces at the end", ["round-trip.exact-keys"], inner => new BrokenStore(inner)
        {
            List = async (query, token) => [.. (await inner.ListAsync(query with { Filter = query.Filter with { SessionId = null } }, token))
                .Where(row => query.Filter.SessionId is null || query.Filter.SessionId.TrimEnd() == row.Grant.SessionId?.TrimEnd())],
        }),
        new("lists rows without their resources", ["round-trip.list"], inner => Rewrite.Pages(
            inner, page => page.Select(row => row with { Grant = row.Grant with { Resources = [] } }))),
        new("throws where nothing is found", ["round-trip.missing"], inner => new BrokenStore(inner)
        {
            Find = async (key, token) => await inner.FindAsync(key, token) ?? throw new KeyNotFoundException(),
        }) { Throws = true },
        new("hides families that ended", ["round-trip.ended"], inner => new BrokenStore(inner)
        {
            Find = async (key, token) => await inner.FindAsync(key, token) is { } row && row.GetState(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) == FamilyState.Active ? row : null,
        }),
        new("keeps what a node has read", ["round-trip.second-instance"], Caching) { EachNode = true },
    ];

    private static DateTimeOffset? Rounded(DateTimeOffset? time, long unit) => time?.AddTicks(-(time.Value.Ticks % unit));

    private static BrokenStore Caching(ITokenStore inner)
    {
        var read = new System.Collections.Concurrent.ConcurrentDictionary<Opaque256, TokenFamily>();
        return new BrokenStore(inner)
        {
            Find = async (key, token) => read.TryGetValue(key, out var row) || (row = await inner.FindAsync(key, token)) is null ? row : read.GetOrAdd(key, row),
        };
    }
}
