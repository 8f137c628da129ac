using RefreshTokenRotation.Testing.Conformance.Model;

namespace RefreshTokenRotation.Testing.History;

/// <summary>What the calls of a history did to one family, or saw of it.</summary>
internal sealed class FamilyCalls
{
    private readonly List<FamilyOperation> _operations = [];
    private DateTimeOffset _endsFrom = DateTimeOffset.MaxValue;

    private FamilyCalls(TokenFamily first, long since) => (First, Since) = (first, since);

    /// <summary>The row that was added first.</summary>
    public TokenFamily First { get; }

    /// <summary>The start of its first add.</summary>
    public long Since { get; }

    public IReadOnlyList<FamilyOperation> Operations => _operations;

    /// <summary>Sorts the calls by the families that they concern. Families that no call added are left out.</summary>
    public static IReadOnlyCollection<FamilyCalls> Of(IReadOnlyList<RecordedCall> calls)
    {
        var families = new Dictionary<Opaque256, FamilyCalls>();
        foreach (var call in calls.Where(static call => call.Begin.Call == StoreCall.Add).OrderBy(static call => call.Begin.At))
        {
            var row = TokenFamilyJson.Read(call.Begin.Row!);
            families.TryAdd(row.Grant.LookupKey, new FamilyCalls(row, call.Begin.At));
        }

        // A pruning may delete only what had ended; the other calls show which families had.
        var sorter = new Sorter(families);
        foreach (var call in calls.OrderBy(static call => call.Begin.Call == StoreCall.Prune))
        {
            sorter.Sort(call);
        }

        return families.Values;
    }

    private void Add(FamilyOperation operation, RecordedCall call) => _operations.Add(operation with { Node = call.Node });

    private void MayEnd(DateTimeOffset? at) => _endsFrom = at < _endsFrom ? at.Value : _endsFrom;

    private sealed class Sorter(Dictionary<Opaque256, FamilyCalls> families)
    {
        private readonly ILookup<(string Tenant, string Subject, string Client), FamilyCalls> _owners = families.Values.ToLookup(static family => Owner(family.First));

        public void Sort(RecordedCall call)
        {
            var (begin, end) = (call.Begin, call.End);
            var isAnswered = end is { Failure: null };
            var until = isAnswered ? end!.At : FamilyOperation.NoAnswer;
            switch (begin.Call)
            {
                case StoreCall.Add:
                    Add(call, TokenFamilyJson.Read(begin.Row!), until, isAnswered);
                    break;
                case StoreCall.Find when isAnswered:
                    if (families.TryGetValue(new Opaque256(Convert.FromHexString(begin.Key!)), out var found))
                    {
                        found.Add(new FamilyOperation.Seen(begin.At, until, end!.Rows!.Select(static row => RowState.Of(TokenFamilyJson.Read(row))).FirstOrDefault()), call);
                    }

                    break;
                case StoreCall.CompareAndSwap:
                    Swap(call, TokenFamilyJson.Read(begin.Row!), until);
                    break;
                case StoreCall.List when isAnswered:
                    List(call, until);
                    break;
                case StoreCall.Revoke:
                    Revoke(call, begin.Revocation!.Value, until);
                    break;
                case StoreCall.Prune:
                    foreach (var family in families.Values.Where(family => family._endsFrom < begin.Instant && family.Since <= until))
                    {
                        family.Add(new FamilyOperation.Pruned(begin.At, until, begin.Instant!.Value), call);
                    }

                    break;
            }
        }

        private void Add(RecordedCall call, TokenFamily row, long until, bool isAnswered)
        {
            var (begin, own) = (call.Begin, families[row.Grant.LookupKey]);
            Mark(own, row);
            own.Add(new FamilyOperation.Added(begin.At, until, RowState.Of(row)!), call);
            foreach (var victim in isAnswered ? call.End!.Rows!.Select(TokenFamilyJson.Read) : [])
            {
                families.GetValueOrDefault(victim.Grant.LookupKey)?.Add(new FamilyOperation.Evicted(begin.At, until, RowState.Of(victim)), call);
            }

            var others = _owners[Owner(row)].Where(other => other != own && other.Since <= until).ToList();
            foreach (var other in isAnswered ? [] : others)
            {
                other.Add(new FamilyOperation.MayBeEvicted(begin.At), call);
            }

            // The contract bounds the ended families of an owner too, and reports none of those that go.
            foreach (var other in others.Count >= ITokenStore.KeptEndedPerOwner ? others : [])
            {
                other.Add(new FamilyOperation.Pruned(begin.At, until, begin.Instant!.Value.AddTicks(1)), call);
            }
        }

        private void Swap(RecordedCall call, TokenFamily row, long until)
        {
            if (families.TryGetValue(row.Grant.LookupKey, out var family))
            {
                Mark(family, row);
                family.Add(
                    new FamilyOperation.Swapped(call.Begin.At, until, call.Begin.ExpectedVersion!.Value, RowState.Of(row)!, call.End?.Swapped ?? true), call);
            }
        }

        private void List(RecordedCall call, long until)
        {
            var rows = call.End!.Rows!.Select(TokenFamilyJson.Read).ToDictionary(static row => row.Grant.LookupKey);

            // A family that is not on a full page, or that a condition on what changes may leave out, is not said to be absent.
            var isWhole = rows.Count < call.Begin.FirstPage && call.Begin.Filter is { State: null, RotationType: null };
            foreach (var (key, family) in families)
            {
                var row = rows.GetValueOrDefault(key);
                if (row is not null || (isWhole && family.Since <= until && call.Begin.Filter!.Matches(family.First, default)))
                {
                    family.Add(new FamilyOperation.Seen(call.Begin.At, until, RowState.Of(row)), call);
                }
            }
        }

        private void Revoke(RecordedCall call, FamilyRevocation revocation, long until)
        {
            var filter = call.Begin.Filter!;
            var depends = filter is not { State: null, RotationType: null };
            var lasting = filter with { State = null, RotationType = null };
            foreach (var family in families.Values.Where(family => family.Since <= until && lasting.Matches(family.First, default)))
            {
                family.MayEnd(revocation.RevokedAt);
                family.Add(new FamilyOperation.Revoked(call.Begin.At, until, revocation.RevokedAt, revocation.Delete, depends), call);
            }
        }

        private static void Mark(FamilyCalls family, TokenFamily row)
        {
            family.MayEnd(row.RevokedAt);
            family.MayEnd(row.AbsoluteExpiresAt);
            family.MayEnd(row.IdleExpiresAt);
        }

        private static (string Tenant, string Subject, string Client) Owner(TokenFamily row) => (row.Grant.TenantId, row.Grant.Subject, row.Grant.ClientId);
    }
}
