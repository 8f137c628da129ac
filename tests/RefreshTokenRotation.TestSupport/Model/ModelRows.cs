namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>The families of the model, and to which of them each token belongs.</summary>
internal sealed class ModelRows
{
    private readonly Dictionary<Guid, ModelFamily> _families = [];
    private readonly Dictionary<string, Guid> _owners = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<Guid, ModelFamily> Families => _families;

    public string NewHandle(Guid familyId, string kind)
    {
        var handle = $"{kind} {_owners.Count + 1}";
        _owners[handle] = familyId;
        return handle;
    }

    public ModelFamily? FindById(Guid familyId, string tenantId) =>
        _families.TryGetValue(familyId, out var family) && string.Equals(family.Grant.TenantId, tenantId, StringComparison.Ordinal) ? family : null;

    public ModelFamily? FindByToken(string handle, string tenantId) =>
        _owners.TryGetValue(handle, out var familyId) ? FindById(familyId, tenantId) : null;

    public ModelFamily Put(ModelFamily family)
    {
        _owners[family.Current.Handle] = family.FamilyId;
        return _families[family.FamilyId] = family;
    }

    public int Remove(Func<ModelFamily, bool> matches)
    {
        var removed = _families.Values.Where(matches).ToList();
        removed.ForEach(family => _families.Remove(family.FamilyId));
        return removed.Count;
    }

    /// <summary>Deletes the oldest active families of one owner, all but so many; answers them oldest first.</summary>
    public IReadOnlyList<Guid> Evict(ModelFamily added, int allowed, DateTimeOffset now)
    {
        var victims = _families.Values
            .Where(family => ModelFilter.IsSameOwner(family, added) && family.GetState(now) == FamilyState.Active)
            .OrderByDescending(family => family.Current.IssuedAt)
            .Skip(allowed)
            .Reverse()
            .Select(family => family.FamilyId)
            .ToList();
        victims.ForEach(victim => _families.Remove(victim));
        return victims;
    }

    /// <summary>Revokes what matches and was not revoked before, or deletes what matches.</summary>
    public int End(Func<ModelFamily, bool> matches, RevocationReason reason, DateTimeOffset at, bool delete)
    {
        if (delete)
        {
            return Remove(matches);
        }

        var ended = _families.Values.Where(family => family.RevokedAt is null && matches(family)).ToList();
        ended.ForEach(family => Put(family with { RevokedAt = at, RevocationReason = reason }));
        return ended.Count;
    }
}
