namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>Each condition of a filter, for revocations and for lists.</summary>
internal static class RevocationScopeCases
{
    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        .. FilterScopes.All.Select(scope => TokenCase.Core(
            $"revoke.by-{scope.Name}",
            ConformanceGroup.Revocation,
            $"{scope.Clause} A revocation changes every family that matches, and no other.",
            trial => RevokeAsync(trial, scope.Filter))),
        .. FilterScopes.All.Select(scope => TokenCase.Core(
            $"list.by-{scope.Name}",
            ConformanceGroup.Listing,
            $"{scope.Clause} A list shows every family that matches, and no other.",
            trial => ListAsync(trial, scope.Filter))),
    ];

    private static async Task RevokeAsync(TokenStoreTrial trial, Func<TokenFamily, TokenFamilyFilter> createFilter)
    {
        foreach (var delete in new[] { false, true })
        {
            var families = FilterScopes.CreateFamilies(trial.Rows);
            await trial.AddAsync(families).ConfigureAwait(false);
            var filter = createFilter(families[0]);
            var expected = families.Count(family => filter.Matches(family, SampleRows.Now) && (delete || family.RevokedAt is null));
            var count = await trial.RevokeAsync(trial.First, filter, delete).ConfigureAwait(false);
            foreach (var family in families)
            {
                await RequireRevokedAsync(trial, family, filter, delete).ConfigureAwait(false);
            }

            CaseRun.Require(count == expected, $"a revocation of {expected} families counts {count}");
            foreach (var tenant in new[] { string.Empty, "other" })
            {
                await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForTenant(tenant), delete: true).ConfigureAwait(false);
            }
        }
    }

    private static Task RequireRevokedAsync(TokenStoreTrial trial, TokenFamily family, TokenFamilyFilter filter, bool delete) =>
        (filter.Matches(family, SampleRows.Now), delete, family.RevokedAt) switch
        {
            (true, true, _) => trial.RequireGoneAsync("after a deletion that it matches", family),
            (true, false, null) => trial.RequireStoredAsync("after a revocation that it matches", family.Revoke(SampleRows.Now.AddTicks(7), RevocationReason.User)),
            _ => trial.RequireStoredAsync("after a revocation that it does not match, or that came too late", family),
        };

    private static async Task ListAsync(TokenStoreTrial trial, Func<TokenFamily, TokenFamilyFilter> createFilter)
    {
        var families = FilterScopes.CreateFamilies(trial.Rows);
        await trial.AddAsync(families).ConfigureAwait(false);
        var filter = createFilter(families[0]);
        var listed = (await trial.ListAsync(filter).ConfigureAwait(false)).Select(family => family.Grant.FamilyId).ToList();
        foreach (var family in families)
        {
            var times = listed.Count(id => id == family.Grant.FamilyId);
            var expected = filter.Matches(family, SampleRows.Now) ? 1 : 0;
            CaseRun.Require(times == expected, $"{family} is listed {times} times, not {expected}: it has {family.Grant.TenantId}/{family.Grant.Subject}/"
                + $"{family.Grant.ClientId}, resources '{string.Join(' ', family.Grant.Resources)}', session '{family.Grant.SessionId}', authorization "
                + $"'{family.Grant.AuthorizationId}', kind {family.RotationType}, state {family.GetState(SampleRows.Now)}, log-in {family.Grant.CreatedAt.UtcTicks}");
        }
    }
}
