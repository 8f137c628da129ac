using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>Parts of which broken stores are made.</summary>
internal static class Rewrite
{
    /// <summary>Changes rows on their way in.</summary>
    public static ITokenStore Rows(ITokenStore inner, Func<TokenFamily, TokenFamily> change) => new BrokenStore(inner)
    {
        Add = (family, cap, now, token) => inner.AddAsync(change(family), cap, now, token).AsTask(),
        Swap = (family, expected, token) => inner.CompareAndSwapAsync(change(family), expected, token).AsTask(),
    };

    /// <summary>Changes what is asked.</summary>
    public static ITokenStore Filters(ITokenStore inner, Func<TokenFamilyFilter, TokenFamilyFilter> change) => new BrokenStore(inner)
    {
        List = (query, token) => inner.ListAsync(query with { Filter = change(query.Filter) }, token).AsTask(),
        Revoke = (filter, revocation, token) => inner.RevokeAsync(change(filter), revocation, token).AsTask(),
    };

    /// <summary>Changes a page after it was read.</summary>
    public static ITokenStore Pages(
        ITokenStore inner, Func<IReadOnlyList<TokenFamily>, IEnumerable<TokenFamily>> change, Func<TokenFamilyQuery, TokenFamilyQuery>? ask = null) =>
        new BrokenStore(inner)
        {
            List = async (query, token) => [.. change(await inner.ListAsync(ask?.Invoke(query) ?? query, token))],
        };

    public static async Task<IReadOnlyList<TokenFamily>> ReadAsync(ITokenStore inner, TokenFamilyFilter filter, DateTimeOffset now) =>
        await inner.ListAsync(new TokenFamilyQuery(filter, null, int.MaxValue, now), default);

    public static async Task<bool> DeleteAsync(ITokenStore inner, TokenFamily family) => await inner.RevokeAsync(
        new TokenFamilyFilter { TenantId = family.Grant.TenantId, FamilyId = family.Grant.FamilyId },
        new FamilyRevocation(default, RevocationReason.Evicted, default, Delete: true),
        default) == 1;

    /// <summary>Writes a row over whatever is there.</summary>
    public static async Task PutAsync(ITokenStore inner, TokenFamily family)
    {
        while (await inner.FindAsync(family.Grant.LookupKey, default) is { } row && !await inner.CompareAndSwapAsync(family, row.Version, default))
        {
            await CaseRun.LetOthersRunAsync();
        }
    }
}
