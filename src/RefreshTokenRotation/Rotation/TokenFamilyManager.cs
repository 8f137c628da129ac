using RefreshTokenRotation.Adoption;

namespace RefreshTokenRotation.Rotation;

/// <summary>Finds, lists and revokes families, and writes what is not part of an exchange.</summary>
internal sealed class TokenFamilyManager(
    InstrumentedTokenStore store, TokenRevocation tokens, FamilyRevoker revoker, TimeProvider time, ExchangeReporter report, LegacyTokens legacyTokens) : ITokenFamilyManager
{
    private const int MaxPasses = 64;
    private const int MaxPruned = 10_000;

    public async ValueTask<TokenFamilyInfo?> FindAsync(Guid familyId, string tenantId = "", CancellationToken cancellationToken = default) =>
        await ReadAsync(familyId, tenantId, cancellationToken).ConfigureAwait(false) is { } family ? new TokenFamilyInfo(family) : null;

    public async ValueTask<TokenFamilyInfo?> FindByTokenAsync(
        RefreshToken refreshToken, string tenantId = "", CancellationToken cancellationToken = default) =>
        await tokens.FindFamilyAsync(new IntrospectRequest { RefreshToken = refreshToken, TenantId = tenantId }, cancellationToken).ConfigureAwait(false)
            is { } family ? new TokenFamilyInfo(family) : null;

    public async ValueTask<TokenFamilyPage> ListAsync(
        TokenFamilyFilter filter, TokenFamilyCursor? after = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        FieldValidator.Check(filter);
        FieldValidator.CheckRange(limit, 1, RequestLimits.PageSize, nameof(limit));

        // One more than requested shows whether there is another page.
        var query = new TokenFamilyQuery(filter, after, limit + 1, time.GetUtcNow());
        var families = await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
        var page = families.Take(limit).Select(family => new TokenFamilyInfo(family)).ToArray();
        return new TokenFamilyPage(page, families.Count > limit ? new TokenFamilyCursor(page[^1].CreatedAt, page[^1].FamilyId) : null);
    }

    public ValueTask<long> RevokeAsync(
        TokenFamilyFilter filter, RevocationReason reason = RevocationReason.Administrator, CancellationToken cancellationToken = default) =>
        EndAsync(filter, reason, delete: false, cancellationToken);

    public ValueTask<long> DeleteAsync(
        TokenFamilyFilter filter, RevocationReason reason = RevocationReason.Administrator, CancellationToken cancellationToken = default) =>
        EndAsync(filter, reason, delete: true, cancellationToken);

    public async ValueTask<bool> ConfirmUseAsync(
        Guid familyId, long generation, string tenantId = "", CancellationToken cancellationToken = default)
    {
        var family = await UpdateAsync(
            familyId,
            tenantId,
            family => family.Generation == generation && family.RevokedAt is null ? family with { RecoverUntil = null } : family,
            cancellationToken).ConfigureAwait(false);
        return family is not null && family.Generation == generation && family.GetState(time.GetUtcNow()) == FamilyState.Active;
    }

    public async ValueTask<TokenFamilyInfo?> SetMetadataAsync(
        Guid familyId, IReadOnlyDictionary<string, string>? metadata, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Metadata.Check(metadata, nameof(metadata));
        var copy = Metadata.Copy(metadata);
        var family = await UpdateAsync(familyId, tenantId, family => family with { Metadata = copy }, cancellationToken).ConfigureAwait(false);
        return family is null ? null : new TokenFamilyInfo(family);
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit = 1000, CancellationToken cancellationToken = default)
    {
        FieldValidator.CheckRange(limit, 1, MaxPruned, nameof(limit));
        if (endedBefore > time.GetUtcNow())
        {
            throw new ArgumentOutOfRangeException(nameof(endedBefore), endedBefore, "endedBefore must not be later than now: active families are not pruned.");
        }

        var count = await store.PruneAsync(legacyTokens.Keep(endedBefore), limit, cancellationToken).ConfigureAwait(false);
        report.Pruned(count);
        return count;
    }

    private async ValueTask<long> EndAsync(TokenFamilyFilter filter, RevocationReason reason, bool delete, CancellationToken cancellationToken)
    {
        FieldValidator.Check(filter);
        FieldValidator.CheckDefined(reason, nameof(reason));
        if (!filter.NamesSomething)
        {
            throw new ArgumentException(
                "The filter names no family, subject, client, session or authorization. Use TokenFamilyFilter.ForTenant to end a whole tenant.",
                nameof(filter));
        }

        var now = time.GetUtcNow();
        return await revoker.RevokeAsync(filter, new FamilyRevocation(now, reason, now, delete), family: null, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TokenFamily?> ReadAsync(Guid familyId, string tenantId, CancellationToken cancellationToken)
    {
        var filter = TokenFamilyFilter.ForFamily(familyId) with { TenantId = tenantId };
        FieldValidator.Check(filter);
        var query = new TokenFamilyQuery(filter, After: null, Limit: 1, time.GetUtcNow());
        var families = await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
        return families.Count == 0 ? null : families[0];
    }

    /// <summary>Reads, changes and swaps until the change is stored or there is nothing to change.</summary>
    private async ValueTask<TokenFamily?> UpdateAsync(
        Guid familyId, string tenantId, Func<TokenFamily, TokenFamily> change, CancellationToken cancellationToken)
    {
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var family = await ReadAsync(familyId, tenantId, cancellationToken).ConfigureAwait(false);
            if (family is null || change(family) is var changed && changed == family)
            {
                return family;
            }

            var next = changed with { Version = family.Version + 1 };
            if (await store.CompareAndSwapAsync(next, family.Version, cancellationToken).ConfigureAwait(false))
            {
                return next;
            }
        }

        throw Unavailable.Contended();
    }
}
