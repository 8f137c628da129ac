using System.Collections.Concurrent;

namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>The slots and their indexes. A slot is in all of them or in none once the call that put or took it has ended.</summary>
/// <remarks>Locks are taken in one order: the user's, then any other list's. Whoever puts or takes holds the user's throughout.</remarks>
internal sealed class FamilyTable
{
    private readonly ConcurrentDictionary<Opaque256, FamilySlot> _byLookupKey = new();
    private readonly ConcurrentDictionary<Guid, FamilySlot> _byFamilyId = new();
    private readonly SlotIndex _byUser = new(SlotListKind.User);
    private readonly EndedSlots _ended = new();
    private readonly SlotIndex _byClient = new(SlotListKind.Client);
    private readonly SlotIndex _bySession = new(SlotListKind.Session);

    /// <summary>How many entries each index has: by lookup key, family id, user, client and session.</summary>
    public (int LookupKeys, int FamilyIds, int Users, int Clients, int Sessions) Counts =>
        (_byLookupKey.Count, _byFamilyId.Count, _byUser.Keys.Union(_ended.Users).Count(), _byClient.Count, _bySession.Count);

    public IEnumerable<KeyValuePair<Opaque256, FamilySlot>> Slots => _byLookupKey;

    public FamilySlot? Find(Opaque256 lookupKey) => _byLookupKey.GetValueOrDefault(lookupKey);

    /// <summary>The lock that adds and deletions of one user share; it may be entered again by the thread that holds it.</summary>
    public Lock GateOf(FamilyGrant grant) => _byUser.GateOf(UserKey(grant));

    /// <summary>The owner's active families, for an add; under the user's lock. A slot that is found ended is put aside: the next call doesn't look at it.</summary>
    public List<(FamilySlot Slot, TokenFamily Family)> ActiveOf(FamilyGrant owner, DateTimeOffset now)
    {
        var active = new List<(FamilySlot Slot, TokenFamily Family)>();
        foreach (var slot in ActiveCandidates(UserKey(owner), now))
        {
            if (slot.Family is not { } family)
            {
                continue;
            }

            if (family.GetState(now) != FamilyState.Active)
            {
                PutAside(slot, family);
            }
            else if (string.Equals(family.Grant.ClientId, owner.ClientId, StringComparison.Ordinal))
            {
                active.Add((slot, family));
            }
        }

        return active;
    }

    /// <summary>The owner's ended families, if there are more than a store keeps; under the user's lock.</summary>
    public List<(FamilySlot Slot, TokenFamily Family)> EndedBeyond(int bound, FamilyGrant owner) =>
        _ended.CountOf(owner) <= bound ? [] : [.. _ended.Snapshot(UserKey(owner))
            .Where(slot => string.Equals(slot.Grant.ClientId, owner.ClientId, StringComparison.Ordinal))
            .Select(slot => (slot, slot.Family!))
            .Where(pair => pair.Item2 is not null)];

    /// <summary>A row in a slot that was put aside was replaced: one that is not revoked may be active.</summary>
    public void TakeBack(FamilySlot slot)
    {
        lock (GateOf(slot.Grant))
        {
            if (slot.IsEnded && slot.Family is { RevokedAt: null })
            {
                _ended.Remove(UserKey(slot.Grant), slot);
                _byUser.Add(UserKey(slot.Grant), slot);
            }
        }
    }

    /// <summary>Takes the family id, before anything else is changed; under the user's lock.</summary>
    public void Claim(FamilySlot slot)
    {
        if (!_byFamilyId.TryAdd(slot.Grant.FamilyId, slot))
        {
            throw new ArgumentException($"Family {slot.Grant.FamilyId:N} already exists, under another lookup key.", nameof(slot));
        }
    }

    /// <summary>Puts a slot that has its family id into every other index; under the user's lock.</summary>
    public void Put(FamilySlot slot)
    {
        var grant = slot.Grant;
        _byUser.Add(UserKey(grant), slot);
        _byClient.Add(ClientKey(grant), slot);
        if (grant.SessionId is not null)
        {
            _bySession.Add(SessionKey(grant), slot);
        }

        _byLookupKey[grant.LookupKey] = slot;
    }

    /// <summary>Takes a slot whose row was deleted out of every index; under the user's lock.</summary>
    public void Take(FamilySlot slot)
    {
        var grant = slot.Grant;
        _byLookupKey.TryRemove(KeyValuePair.Create(grant.LookupKey, slot));
        _byFamilyId.TryRemove(KeyValuePair.Create(grant.FamilyId, slot));
        if (slot.IsEnded)
        {
            _ended.Remove(UserKey(grant), slot);
        }
        else
        {
            _byUser.Remove(UserKey(grant), slot);
        }

        _byClient.Remove(ClientKey(grant), slot);
        if (grant.SessionId is not null)
        {
            _bySession.Remove(SessionKey(grant), slot);
        }
    }

    /// <summary>Deletes the row that was read, and its slot; false if the row changed.</summary>
    public bool TryDelete(FamilySlot slot, TokenFamily read)
    {
        if (!slot.TryReplace(read, null))
        {
            return false;
        }

        lock (GateOf(slot.Grant))
        {
            Take(slot);
        }

        return true;
    }

    /// <summary>The slots that may match a filter, from the narrowest index that it names.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="activeAt">Only families that may be active at this time; null for all.</param>
    public IEnumerable<FamilySlot> Candidates(TokenFamilyFilter filter, DateTimeOffset? activeAt = null)
    {
        if (filter.FamilyId is { } id)
        {
            return _byFamilyId.TryGetValue(id, out var slot) ? [slot] : [];
        }

        if (filter.SessionId is not null)
        {
            return _bySession.Snapshot(new SlotKey(filter.TenantId, filter.SessionId));
        }

        if (filter.Subject is not null)
        {
            var user = new SlotKey(filter.TenantId, filter.Subject);
            lock (_byUser.GateOf(user))
            {
                return activeAt is { } now ? ActiveCandidates(user, now) : [.. _byUser.Snapshot(user), .. _ended.Snapshot(user)];
            }
        }

        return filter.ClientId is not null
            ? _byClient.Snapshot(new SlotKey(filter.TenantId, filter.ClientId))
            : _byClient.SnapshotTenant(filter.TenantId);
    }

    private IReadOnlyList<FamilySlot> ActiveCandidates(SlotKey user, DateTimeOffset now) =>
        _ended.AreOverAt(now) ? _byUser.Snapshot(user) : [.. _byUser.Snapshot(user), .. _ended.Snapshot(user)];

    private void PutAside(FamilySlot slot, TokenFamily family)
    {
        if (slot.IsEnded)
        {
            return;
        }

        _byUser.Remove(UserKey(slot.Grant), slot);
        _ended.Add(UserKey(slot.Grant), slot, family);

        // A swap that came between did not see that the slot is put aside.
        if (!ReferenceEquals(slot.Family, family))
        {
            TakeBack(slot);
        }
    }

    private static SlotKey UserKey(FamilyGrant grant) => new(grant.TenantId, grant.Subject);

    private static SlotKey ClientKey(FamilyGrant grant) => new(grant.TenantId, grant.ClientId);

    private static SlotKey SessionKey(FamilyGrant grant) => new(grant.TenantId, grant.SessionId!);
}
