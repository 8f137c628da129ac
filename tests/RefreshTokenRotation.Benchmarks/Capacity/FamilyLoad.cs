using System.Globalization;
using System.Security.Cryptography;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Capacity;

/// <summary>Exchanges by the store's own two statements, on families that <see cref="FamilyTable"/> has filled in: at random over the whole table, and day by day in the sample.</summary>
internal sealed class FamilyLoad(ITokenStore store, FamilyTable table)
{
    public const int Clients = 32;

    /// <summary>An application that is open for 8 hours a day, and access tokens of one hour.</summary>
    public const int RotationsPerDay = 8;

    private static readonly TimeSpan IdleLifetime = TimeSpan.FromDays(15);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(FamilyTable.DaysInTable - FamilyTable.DaysOfLife);

    private readonly List<(int Number, DateTimeOffset EndsAt)> _sample = [.. SampleOf(table)];
    private readonly Random _random = new(1);
    private int _logIns;

    /// <summary>Clients that exchange families of the whole table but the sample, each time another one.</summary>
    public Func<Task>[] RandomClients() =>
        [.. Enumerable.Range(0, Clients).Select(client =>
        {
            var random = new Random(client);
            return (Func<Task>)(() => ExchangeAsync(FamilyTable.KeyOf(Other(random.Next(table.Families - table.Sample)), isSampled: false), table.Start));
        })];

    /// <summary>A day of the sample: each family that is alive rotates so many times, in an order of its own each time. Some log in, and pruning deletes as many.</summary>
    public async Task<(int Exchanges, int LogIns, int Pruned)> LiveAsync(int day)
    {
        var today = table.Start.AddDays(day);
        var logIns = Math.Max(1, table.Sample / FamilyTable.DaysInTable);
        for (var i = 0; i < logIns; i++)
        {
            await LogInAsync(today);
        }

        var exchanges = 0;
        for (var round = 0; round < RotationsPerDay; round++)
        {
            var at = today.AddHours(24.0 / RotationsPerDay * round);
            var alive = _sample.Where(family => family.EndsAt > at).Select(static family => family.Number).ToArray();
            _random.Shuffle(alive);
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
            {
                for (var i = client; i < alive.Length; i += Clients)
                {
                    await ExchangeAsync(FamilyTable.KeyOf(alive[i], isSampled: true), at);
                }
            })));
            exchanges += alive.Length;
        }

        var pruned = await store.PruneAsync(today - Retention, table.Sample, CancellationToken.None);
        return (exchanges, logIns, pruned);
    }

    private static IEnumerable<(int Number, DateTimeOffset EndsAt)> SampleOf(FamilyTable table)
    {
        var (first, end) = FamilyTable.Range(table.Families, table.Sample);
        return Enumerable.Range(first, end - first)
            .Select(number => (number, table.Start.AddDays(FamilyTable.DaysOfLife - (number % FamilyTable.DaysInTable) - 1)));
    }

    /// <summary>The number of a family outside the sample.</summary>
    private int Other(int place)
    {
        var (first, _) = FamilyTable.Range(table.Families, table.Sample);
        return place < first ? place : place + table.Sample;
    }

    private async Task ExchangeAsync(Opaque256 key, DateTimeOffset at)
    {
        var family = await store.FindAsync(key, CancellationToken.None) ?? throw new InvalidOperationException("A family is not in the table.");
        var next = family with
        {
            Version = family.Version + 1,
            Generation = family.Generation + 1,
            SecretHash = RandomHash(),
            Salt = RandomHash(),
            RotatedAt = at,
            LeewayUntil = at + RotationPolicy.Spa.Leeway,

            // Never earlier than it was: families outside the sample outlive the month, so that pruning meets the sample alone.
            IdleExpiresAt = at + IdleLifetime > family.IdleExpiresAt ? Earlier(at + IdleLifetime, family.AbsoluteExpiresAt) : family.IdleExpiresAt,
            LastUsedAt = at,
            LastDevice = Workload.Device,
        };

        // Two clients may meet at one family of the whole table, and one of them has to go on.
        await store.CompareAndSwapAsync(next, family.Version, CancellationToken.None);
    }

    private async Task LogInAsync(DateTimeOffset at)
    {
        var number = table.Families + _logIns++;
        var id = RandomNumberGenerator.GetBytes(16);
        id[0] = 0;
        var name = Convert.ToHexStringLower(id);
        var family = new TokenFamily
        {
            Grant = new FamilyGrant
            {
                LookupKey = FamilyTable.KeyOf(number, isSampled: true),
                FamilyId = new Guid(id, bigEndian: true),
                TenantId = string.Empty,
                Subject = $"auth0|{name[..24]}",
                ClientId = string.Create(CultureInfo.InvariantCulture, $"client-{number % 5}"),
                SessionId = name,
                CreatedAt = at,
                Scopes = ["openid", "profile", "offline_access"],
                Resources = ["https://api.example.com"],
                FirstDevice = Workload.Device,
            },
            Version = 1,
            RotationType = RotationType.Rotating,
            Generation = 0,
            SecretHash = RandomHash(),
            AbsoluteExpiresAt = at.AddDays(FamilyTable.DaysOfLife),
            IdleExpiresAt = at + IdleLifetime,
            Metadata = new Dictionary<string, string> { ["region"] = "eu" },
        };
        await store.AddAsync(family, RotationPolicy.Spa.ActiveCap, at, CancellationToken.None);
        _sample.Add((number, family.AbsoluteExpiresAt.Value));
    }

    private static DateTimeOffset? Earlier(DateTimeOffset one, DateTimeOffset? other) => one < other ? one : other;

    private static Opaque256 RandomHash()
    {
        Span<byte> bytes = stackalloc byte[Opaque256.Size];
        RandomNumberGenerator.Fill(bytes);
        return new Opaque256(bytes);
    }
}
