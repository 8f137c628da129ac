namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>What a set-based revocation writes.</summary>
internal static class RevocationCases
{
    private const ConformanceGroup Group = ConformanceGroup.Revocation;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("revoke.writes", Group, "A revoked row gets the time, the reason and the next version, and loses its salt. All else stays.", WritesAsync),
        TokenCase.Core("revoke.former-version", Group, "A compare-and-swap that expected the version before the revocation fails.", FormerVersionAsync),
        TokenCase.Core("revoke.revoked-already", Group, "Rows that were already revoked are left as they are, and not counted.", RevokedAlreadyAsync),
        TokenCase.Core("revoke.expired", Group, "Expired families are revoked as active ones are, unless the filter names a state.", ExpiredAsync),
        TokenCase.Core("revoke.delete", Group, "With Delete, matching rows are deleted instead, including revoked ones.", DeleteAsync),
        TokenCase.Core("revoke.nothing", Group, "A filter that matches nothing changes nothing and counts nothing.", NothingAsync),
    ];

    private static async Task WritesAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFullFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        var at = SampleRows.Now.AddTicks(-3);
        var count = await trial.First.RevokeAsync(
            new TokenFamilyFilter { TenantId = family.Grant.TenantId, FamilyId = family.Grant.FamilyId },
            new FamilyRevocation(at, RevocationReason.CredentialsChanged, SampleRows.Now, Delete: false),
            trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(count == 1, $"a revocation of one family counts {count}");
        await trial.RequireStoredAsync("after a revocation", family.Revoke(at, RevocationReason.CredentialsChanged)).ConfigureAwait(false);
    }

    private static async Task FormerVersionAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForFamily(family.Grant.FamilyId)).ConfigureAwait(false);
        CaseRun.Require(
            !await trial.SwapAsync(trial.Second, trial.Rows.Rotate(family)).ConfigureAwait(false),
            "a swap that expects the version before the revocation returned true");
        var found = await trial.FindAsync(family).ConfigureAwait(false);
        CaseRun.Require(found?.RevokedAt is not null, $"after a revocation and a late swap, {family} is not revoked");
    }

    private static async Task RevokedAlreadyAsync(TokenStoreTrial trial)
    {
        var revoked = SampleRows.Revoked(trial.Rows.NewFullFamily(), SampleRows.Now.AddHours(-1));
        var filter = new TokenFamilyFilter { TenantId = revoked.Grant.TenantId, Subject = revoked.Grant.Subject };
        var active = trial.Rows.NewFamily(revoked.Grant.Subject, tenantId: revoked.Grant.TenantId);
        await trial.AddAsync(revoked, active).ConfigureAwait(false);
        var first = await trial.RevokeAsync(trial.First, filter).ConfigureAwait(false);
        CaseRun.Require(first == 1, $"one of two families was revoked already, and the revocation counts {first}");
        var second = await trial.RevokeAsync(trial.Second, filter).ConfigureAwait(false);
        CaseRun.Require(second == 0, $"a repeated revocation counts {second}");
        await trial.RequireStoredAsync("after a further revocation", revoked, active.Revoke(SampleRows.Now.AddTicks(7), RevocationReason.User)).ConfigureAwait(false);
    }

    private static async Task ExpiredAsync(TokenStoreTrial trial)
    {
        var expired = trial.Rows.NewFamily() with { AbsoluteExpiresAt = SampleRows.Now.AddDays(-1), Salt = trial.Rows.NewOpaque() };
        await trial.AddAsync(expired).ConfigureAwait(false);
        var count = await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForFamily(expired.Grant.FamilyId)).ConfigureAwait(false);
        CaseRun.Require(count == 1, $"a revocation of an expired family counts {count}");
        await trial.RequireStoredAsync("after the revocation of an expired family", expired.Revoke(SampleRows.Now.AddTicks(7), RevocationReason.User)).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(TokenStoreTrial trial)
    {
        var active = trial.Rows.NewFamily();
        var revoked = SampleRows.Revoked(trial.Rows.NewFamily(), SampleRows.Now.AddHours(-1));
        var expired = trial.Rows.NewFamily() with { IdleExpiresAt = SampleRows.Now.AddHours(-1) };
        var other = trial.Rows.NewFamily("bob");
        await trial.AddAsync(active, revoked, expired, other).ConfigureAwait(false);
        var count = await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForUser("alice"), delete: true).ConfigureAwait(false);
        CaseRun.Require(count == 3, $"a deletion of three families counts {count}");
        await trial.RequireGoneAsync("after its deletion", active, revoked, expired).ConfigureAwait(false);
        await trial.RequireStoredAsync("after the deletion of another user's families", other).ConfigureAwait(false);
    }

    private static async Task NothingAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        foreach (var delete in new[] { false, true })
        {
            var count = await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForFamily(trial.Rows.NewId()), delete).ConfigureAwait(false);
            CaseRun.Require(count == 0, $"a revocation of an unknown family counts {count}");
        }

        await trial.RequireStoredAsync("after the revocation of another family", family).ConfigureAwait(false);
    }
}
