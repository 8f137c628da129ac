using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal static class RevocationSabotages
{
    private static readonly string[] RevokingScopes =
        ["family", "session", "authorization", "grant", "user", "other-families", "user-and-client", "client", "tenant", "reuse"];

    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("keeps the salt of what it revokes", ["revoke.writes"], inner => Revoking(inner, (row, to) => row.Revoke(to.RevokedAt, to.Reason) with { Salt = row.Salt })),
        new("keeps the trail of what it revokes", ["trail.revoked"], inner => Revoking(inner, (row, to) => row.Revoke(to.RevokedAt, to.Reason) with { Trail = row.Trail })),
        new("keeps the version of what it revokes", ["revoke.writes", "revoke.former-version"], inner => Revoking(
            inner, (row, to) => row.Revoke(to.RevokedAt, to.Reason) with { Version = row.Version })),
        new("stores no reason", ["revoke.writes"], inner => Revoking(inner, (row, to) => row.Revoke(to.RevokedAt, to.Reason) with { RevocationReason = null })),
        new("revokes again what was revoked", ["revoke.revoked-already"], inner => Revoking(inner, (row, to) => row.Revoke(to.RevokedAt, to.Reason), again: true)),
        new("revokes active families alone", ["revoke.expired"], inner => new BrokenStore(inner)
        {
            Revoke = (filter, revocation, token) => inner.RevokeAsync(filter with { State = filter.State ?? FamilyState.Active }, revocation, token).AsTask(),
        }),
        new("deletes what was not revoked alone", ["revoke.delete"], inner => new BrokenStore(inner)
        {
            Revoke = (filter, revocation, token) => inner.RevokeAsync(
                revocation.Delete ? filter with { State = FamilyState.Active } : filter, revocation, token).AsTask(),
        }),
        new("counts one at least", ["revoke.nothing", "revoke.revoked-already"], inner => new BrokenStore(inner)
        {
            Revoke = async (filter, revocation, token) => Math.Max(1, await inner.RevokeAsync(filter, revocation, token)),
        }),
        new("counts what others have revoked", ["revoke.counts-once"], inner => new BrokenStore(inner)
        {
            Revoke = async (filter, revocation, token) =>
            {
                var there = (await Rewrite.ReadAsync(inner, filter, revocation.Now)).Count(row => revocation.Delete || row.RevokedAt is null);
                await CaseRun.LetOthersRunAsync();
                await inner.RevokeAsync(filter, revocation, token);
                return there;
            },
        }),
        new("misses rows that change while it revokes", [.. RevokingScopes.Select(scope => $"revoke.race-by-{scope}"), "revoke.race-by-user-deleted", "revoke.race-by-tenant-deleted"], Missing),
        new("brings back what was deleted", ["revoke.race-by-user-deleted", "revoke.race-by-tenant-deleted", "swap.missing"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) =>
            {
                await CaseRun.LetOthersRunAsync();
                await inner.AddAsync(family with { Version = expected }, int.MaxValue, default, token);
                return await inner.CompareAndSwapAsync(family, expected, token);
            },
        }),
        .. Conditions(
            (["tenant"], filter => filter.Subject is null && filter.ClientId is null && filter.TenantId.Length == 0 ? filter with { TenantId = "other" } : filter),
            (["family"], filter => filter with { FamilyId = null, Subject = filter.Subject ?? "alice" }),
            (["other-families"], filter => filter with { ExceptFamilyId = null }),
            (["user"], filter => filter with { Subject = null }),
            (["client"], filter => filter with { ClientId = filter.Subject is null ? null : filter.ClientId }),
            (["user-and-client"], filter => filter with { ClientId = filter.Subject is null ? filter.ClientId : null }),
            (["resource"], filter => filter with { Resource = filter.Resource?.Length > 0 ? null : filter.Resource }),
            (["no-resource"], filter => filter with { Resource = filter.Resource?.Length == 0 ? null : filter.Resource }),
            (["session"], filter => filter with { SessionId = null }),
            (["authorization"], filter => filter with { AuthorizationId = null }),
            (["kind"], filter => filter with { RotationType = null }),
            (["state-active", "state-expired", "state-revoked"], filter => filter with { State = null }),
            (["log-in-time"], filter => filter with { CreatedNoLaterThan = filter.CreatedNoLaterThan?.AddTicks(-1) })),
        new("judges states by another time", ["revoke.by-state-active", "revoke.by-state-expired", "list.by-state-active", "list.by-state-expired"], inner => new BrokenStore(inner)
        {
            List = (query, token) => inner.ListAsync(query with { Now = query.Now.AddTicks(-1) }, token).AsTask(),
            Revoke = (filter, revocation, token) => inner.RevokeAsync(filter, revocation with { Now = revocation.Now.AddTicks(-1) }, token).AsTask(),
        }),
        new("looks at the first resource alone", ["revoke.by-resource", "list.by-resource"], inner => new BrokenStore(inner)
        {
            List = async (query, token) => [.. (await inner.ListAsync(query, token)).Where(row => IsFirst(query.Filter, row))],
            Revoke = async (filter, revocation, _) =>
            {
                var rows = (await Rewrite.ReadAsync(inner, filter, revocation.Now)).Where(row => IsFirst(filter, row) && (revocation.Delete || row.RevokedAt is null)).ToList();
                foreach (var row in rows)
                {
                    await (revocation.Delete ? Rewrite.DeleteAsync(inner, row) : Rewrite.PutAsync(inner, row.Revoke(revocation.RevokedAt, revocation.Reason)));
                }

                return rows.Count;
            },
        }),
    ];

    private static IEnumerable<Sabotage> Conditions(params (string[] Scopes, Func<TokenFamilyFilter, TokenFamilyFilter> Change)[] conditions) => conditions
        .Select(condition => new Sabotage(
            $"is wrong about the filter's {string.Join(", ", condition.Scopes)}",
            [.. condition.Scopes.SelectMany(scope => new[] { $"revoke.by-{scope}", $"list.by-{scope}" })],
            inner => Rewrite.Filters(inner, condition.Change)));

    private static bool IsFirst(TokenFamilyFilter filter, TokenFamily row) => filter.Resource is null or "" || row.Grant.Resources[0] == filter.Resource;

    private static BrokenStore Revoking(ITokenStore inner, Func<TokenFamily, FamilyRevocation, TokenFamily> revoke, bool again = false) => new(inner)
    {
        Revoke = async (filter, revocation, _) =>
        {
            var rows = (await Rewrite.ReadAsync(inner, filter, revocation.Now)).Where(row => again || row.RevokedAt is null).ToList();
            foreach (var row in rows)
            {
                await Rewrite.PutAsync(inner, revoke(row, revocation));
            }

            return rows.Count;
        },
    };

    /// <summary>What was read is written or deleted only if it has not changed since, and is not read again.</summary>
    private static BrokenStore Missing(ITokenStore inner) => new(inner)
    {
        Revoke = async (filter, revocation, token) =>
        {
            var count = 0L;
            foreach (var row in await Rewrite.ReadAsync(inner, filter, revocation.Now))
            {
                await CaseRun.LetOthersRunAsync();
                var isSame = (await inner.FindAsync(row.Grant.LookupKey, token))?.Version == row.Version;
                count += isSame && (revocation.Delete
                    ? await Rewrite.DeleteAsync(inner, row)
                    : row.RevokedAt is null && await inner.CompareAndSwapAsync(row.Revoke(revocation.RevokedAt, revocation.Reason), row.Version, token)) ? 1 : 0;
            }

            return count;
        },
    };
}
