using System.Collections.Concurrent;

namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>The slots of users' ended families, apart from those that may be active, so that log-ins and lists do not look at them.</summary>
/// <remarks>Every change happens under the user's lock.</remarks>
internal sealed class EndedSlots
{
    private readonly SlotIndex _byUser = new(SlotListKind.User);
    private readonly ConcurrentDictionary<(string TenantId, string Subject, string ClientId), int> _counts = new();
    private long _latestExpiry;

    public IEnumerable<SlotKey> Users => _byUser.Keys;

    /// <summary>Whether none of these families is active at a time. False only for a clock that is behind the one that found them expired.</summary>
    public bool AreOverAt(DateTimeOffset now) => now.UtcTicks >= Volatile.Read(ref _latestExpiry);

    public int CountOf(FamilyGrant owner) => _counts.GetValueOrDefault(OwnerKey(owner));

    public IReadOnlyList<FamilySlot> Snapshot(SlotKey user) => _byUser.Snapshot(user);

    public void Add(SlotKey user, FamilySlot slot, TokenFamily ended)
    {
        if (ended.RevokedAt is null)
        {
            Raise(ended);
        }

        _byUser.Add(user, slot);
        _counts.AddOrUpdate(OwnerKey(slot.Grant), 1, static (_, count) => count + 1);
        slot.IsEnded = true;
    }

    public void Remove(SlotKey user, FamilySlot slot)
    {
        slot.IsEnded = false;
        _byUser.Remove(user, slot);
        var owner = OwnerKey(slot.Grant);
        if (_counts.AddOrUpdate(owner, 0, static (_, count) => count - 1) == 0)
        {
            _counts.TryRemove(owner, out _);
        }
    }

    private void Raise(TokenFamily expired)
    {
        var absolute = expired.AbsoluteExpiresAt?.UtcTicks ?? long.MaxValue;
        var expiry = Math.Min(absolute, expired.IdleExpiresAt?.UtcTicks ?? long.MaxValue);
        long latest;
        do
        {
            latest = Volatile.Read(ref _latestExpiry);
        }
        while (expiry > latest && Interlocked.CompareExchange(ref _latestExpiry, expiry, latest) != latest);
    }

    private static (string TenantId, string Subject, string ClientId) OwnerKey(FamilyGrant grant) => (grant.TenantId, grant.Subject, grant.ClientId);
}
