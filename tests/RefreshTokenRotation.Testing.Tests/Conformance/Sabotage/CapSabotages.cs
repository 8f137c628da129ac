using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal static class CapSabotages
{
    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("evicts the newest", ["cap.evicts-the-oldest", "cap.lowered"], inner => new CapOf(inner) { Age = row => -row.CurrentTokenIssuedAt.UtcTicks }.Create()),
        new("evicts by log-in", ["cap.age-of-the-current-token"], inner => new CapOf(inner) { Age = row => row.Grant.CreatedAt.UtcTicks }.Create()),
        new("revokes what it evicts", ["cap.evicts-the-oldest"], inner => new CapOf(inner)
        {
            Evict = async row =>
            {
                await Rewrite.PutAsync(inner, row.Revoke(row.Grant.CreatedAt, RevocationReason.Evicted));
                return true;
            },
        }.Create()),
        new("reports no eviction", ["cap.evicts-the-oldest", "cap.parallel-adds"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                await inner.AddAsync(family, cap, now, token);
                return [];
            },
        }),
        new("counts families that ended", ["cap.ended-do-not-count"], inner => new CapOf(inner) { Counts = (_, _) => true }.Create()),
        new("takes a bound for living at its own instant", ["cap.ended-do-not-count"], inner => new CapOf(inner)
        {
            Counts = (row, now) => row.GetState(now.AddTicks(-1)) == FamilyState.Active,
        }.Create()),
        new("evicts the added family", ["cap.never-the-added-one"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                await inner.AddAsync(family, int.MaxValue, now, token);
                var filter = TokenFamilyFilter.ForUserAndClient(family.Grant.Subject, family.Grant.ClientId) with { TenantId = family.Grant.TenantId, State = FamilyState.Active };
                var active = await Rewrite.ReadAsync(inner, filter, now);
                var evicted = active.OrderBy(row => row.CurrentTokenIssuedAt).Take(active.Count - cap).ToList();
                foreach (var row in evicted)
                {
                    await Rewrite.DeleteAsync(inner, row);
                }

                return evicted;
            },
        }),
        new("counts a user's families at every client", ["cap.one-owner"], inner => new CapOf(inner)
        {
            Owner = grant => TokenFamilyFilter.ForUser(grant.Subject) with { TenantId = grant.TenantId },
        }.Create()),
        new("evicts one at most", ["cap.lowered"], inner => new CapOf(inner) { AtMost = 1 }.Create()),
        new("keeps every ended family", ["cap.ended-are-bounded"], inner => new BrokenStore(inner)
        {
            // Added as another owner's, so that the store in memory finds none to delete.
            Add = async (family, cap, now, token) =>
            {
                await inner.AddAsync(family with { Grant = family.Grant with { ClientId = $"{family.Grant.FamilyId}" } }, cap, now, token);
                await Rewrite.PutAsync(inner, family);
                return [];
            },
            List = async (query, token) =>
            [
                .. (await inner.ListAsync(query with { Filter = query.Filter with { ClientId = null } }, token))
                    .Where(row => query.Filter.ClientId is null || row.Grant.ClientId == query.Filter.ClientId),
            ],
        }),
        new("deletes the newest of the ended families", ["cap.ended-are-bounded"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                var ended = (await Rewrite.ReadAsync(inner, TokenFamilyFilter.ForUser(family.Grant.Subject), now)).Where(row => row.GetState(now) != FamilyState.Active);
                foreach (var row in ended.OrderByDescending(row => row.CurrentTokenIssuedAt).Take(cap == 2 ? 50 : 0).ToList())
                {
                    await Rewrite.DeleteAsync(inner, row);
                }

                return await inner.AddAsync(family, cap, now, token);
            },
        }),
        new("adds and evicts in two steps", ["cap.parallel-adds"], inner => new CapOf(inner) { IsSerial = false }.Create()),
        new("evicts after it added", ["cap.never-more"], inner => new CapOf(inner) { AddsFirst = true }.Create()),
        new("evicts a victim that changed", ["cap.changed-victim"], inner => new CapOf(inner).Create()),
        new("counts before others have written", ["cap.never-more", "cap.among-other-writes"], inner => new CapOf(inner) { ReadsForTwo = true }.Create()),
        new("lets owners stop each other", ["cap.parallel-owners"], inner =>
        {
            var adding = 0;
            return new BrokenStore(inner)
            {
                Add = async (family, cap, now, token) =>
                {
                    try
                    {
                        return Interlocked.Increment(ref adding) == 1 ? await Later(inner, family, cap, now, token) : throw new TimeoutException("deadlock");
                    }
                    finally
                    {
                        Interlocked.Decrement(ref adding);
                    }
                },
            };
        }) { Throws = true },
    ];

    private static async Task<IReadOnlyList<TokenFamily>> Later(ITokenStore inner, TokenFamily family, int cap, DateTimeOffset now, CancellationToken token)
    {
        await CaseRun.LetOthersRunAsync();
        return await inner.AddAsync(family, cap, now, token);
    }
}
