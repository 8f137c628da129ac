using System.Collections.Concurrent;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal static class ListingSabotages
{
    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("lists the newest log-in first", ["list.order"], inner => Rewrite.Pages(inner, page => page.Reverse())),
        new("orders by another time", ["list.order"], inner => Rewrite.Pages(inner, page => page.OrderBy(row => row.Grant.LookupKey.GetHashCode()))),
        new("orders ids as text from the back", ["list.order-of-ties"], inner => Rewrite.Pages(
            inner, page => page.OrderBy(row => row.Grant.CreatedAt).ThenByDescending(row => row.Grant.FamilyId))),
        new("ignores the limit", ["list.limit", "list.pages"], inner => Rewrite.Pages(inner, page => page, query => query with { Limit = 1000 })),
        new("lists one too few", ["list.limit"], inner => Rewrite.Pages(inner, page => page, query => query with { Limit = Math.Max(1, query.Limit - 1) })),
        new("skips what shares the cursor's time", ["list.pages"], inner => Rewrite.Pages(
            inner, page => page, query => query with { After = query.After is { } after ? after with { FamilyId = Guid.AllBitsSet } : null })),
        new("repeats what shares the cursor's time", ["list.pages"], inner => Rewrite.Pages(
            inner, page => page, query => query with { After = query.After is { } after ? after with { FamilyId = Guid.Empty } : null })),
        new("begins anew where the cursor's row is gone", ["list.cursor-of-a-deleted-row"], inner => new BrokenStore(inner)
        {
            List = async (query, token) =>
            {
                var all = await inner.ListAsync(query with { After = null, Limit = 1000 }, token);
                return [.. all.Skip(1 + all.ToList().FindIndex(row => row.Grant.FamilyId == query.After?.FamilyId)).Take(query.Limit)];
            },
        }),
        new("counts rows instead of going by the cursor", ["list.while-rows-change"], inner =>
        {
            var places = new ConcurrentDictionary<Guid, int>();
            return new BrokenStore(inner)
            {
                List = async (query, token) =>
                {
                    var offset = query.After is { } after ? places.GetValueOrDefault(after.FamilyId) : 0;
                    var page = (await inner.ListAsync(query with { After = null, Limit = 1000 }, token)).Skip(offset).Take(query.Limit).ToList();
                    if (page.Count > 0)
                    {
                        places[page[^1].Grant.FamilyId] = offset + page.Count;
                    }

                    return page;
                },
            };
        }),
        new("lists another tenant where nothing is found", ["list.nothing"], inner => new BrokenStore(inner)
        {
            List = async (query, token) => await inner.ListAsync(query, token) is { Count: > 0 } page
                ? page
                : await inner.ListAsync(query with { Filter = new TokenFamilyFilter() }, token),
        }),
    ];
}
