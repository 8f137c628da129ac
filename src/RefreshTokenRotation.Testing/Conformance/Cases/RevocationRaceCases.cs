namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>Revocation by every scope, while every family in it is exchanged.</summary>
internal static class RevocationRaceCases
{
    private const int Families = 8;

    private static readonly (string Name, bool Delete, Func<FamilyGrant, TokenFamilyFilter> Filter)[] Scopes =
    [
        ("family", false, static grant => new TokenFamilyFilter { TenantId = grant.TenantId, FamilyId = grant.FamilyId }),
        ("session", false, static grant => new TokenFamilyFilter { TenantId = grant.TenantId, SessionId = grant.SessionId }),
        ("authorization", false, static grant => new TokenFamilyFilter { TenantId = grant.TenantId, AuthorizationId = grant.AuthorizationId }),
        ("grant", false, static grant => TokenFamilyFilter.ForGrant(grant.Subject, grant.ClientId, "https://api.example") with { TenantId = grant.TenantId }),
        ("user", false, static grant => TokenFamilyFilter.ForUser(grant.Subject) with { TenantId = grant.TenantId }),
        ("other-families", false, static grant => TokenFamilyFilter.ForUser(grant.Subject, grant.FamilyId) with { TenantId = grant.TenantId }),
        ("user-and-client", false, static grant => TokenFamilyFilter.ForUserAndClient(grant.Subject, grant.ClientId) with { TenantId = grant.TenantId }),
        ("client", false, static grant => TokenFamilyFilter.ForClient(grant.ClientId) with { TenantId = grant.TenantId }),
        ("tenant", false, static grant => TokenFamilyFilter.ForTenant(grant.TenantId)),
        ("reuse", false, static grant => TokenFamilyFilter.ForUser(grant.Subject) with { TenantId = grant.TenantId, CreatedNoLaterThan = grant.CreatedAt }),
        ("user-deleted", true, static grant => TokenFamilyFilter.ForUser(grant.Subject) with { TenantId = grant.TenantId }),
        ("tenant-deleted", true, static grant => TokenFamilyFilter.ForTenant(grant.TenantId)),
    ];

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        .. Scopes.Select(scope => TokenCase.Core(
            $"revoke.race-by-{scope.Name}",
            ConformanceGroup.Revocation,
            $"Every family that matched when the call began is {(scope.Delete ? "deleted" : "revoked")} when it returns, even one that rotated meanwhile, and none comes back.",
            trial => RaceAsync(trial, scope.Filter, scope.Delete))),
        TokenCase.Core(
            "revoke.counts-once",
            ConformanceGroup.Revocation,
            "Parallel revocations by different filters count each family once between them.",
            CountsOnceAsync),
    ];

    private static async Task CountsOnceAsync(TokenStoreTrial trial)
    {
        for (var round = 0; round < 2 * trial.Options.Rounds; round++)
        {
            var families = CreateFamilies(trial.Rows);
            await trial.AddAsync(families).ConfigureAwait(false);
            var filters = Scopes.Where(scope => !scope.Delete && scope.Name is "user" or "client" or "tenant" or "session")
                .Select(scope => scope.Filter(families[0].Grant)).ToArray();
            var counts = await CaseRun.RaceAsync(
                filters.Length, caller => trial.RevokeAsync(trial.At(caller), filters[caller], delete: round % 2 == 1)).ConfigureAwait(false);
            CaseRun.Require(counts.Sum() == families.Length, $"{families.Length} families were there, and parallel revocations count {counts.Sum()}");
        }
    }

    private static async Task RaceAsync(TokenStoreTrial trial, Func<FamilyGrant, TokenFamilyFilter> createFilter, bool delete)
    {
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var families = CreateFamilies(trial.Rows);
            await trial.AddAsync(families).ConfigureAwait(false);
            var filter = createFilter(families[0].Grant);
            await RevokeAmongExchangesAsync(trial, families, filter, delete).ConfigureAwait(false);

            foreach (var family in families.Where(family => filter.Matches(family, SampleRows.Now)))
            {
                RequireEnded(await trial.FindAsync(family).ConfigureAwait(false), family, delete);
            }
        }
    }

    private static TokenFamily[] CreateFamilies(SampleRows rows)
    {
        var (user, client, tenant, session, code) =
            (rows.NewName("user"), rows.NewName("client"), rows.NewName("tenant"), rows.NewName("session"), rows.NewName("code"));
        return [.. Enumerable.Range(0, Families).Select(_ => rows.NewFamily(user, client, tenant) is var family
            ? family with { Grant = family.Grant with { SessionId = session, AuthorizationId = code, Resources = ["https://api.example"] } }
            : family)];
    }

    /// <summary>Two exchangers a family, on both nodes, until they find it ended; one revocation in their midst.</summary>
    private static Task RevokeAmongExchangesAsync(TokenStoreTrial trial, TokenFamily[] families, TokenFamilyFilter filter, bool delete)
    {
        var exchanges = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOver = 0;
        return CaseRun.RaceAsync((2 * families.Length) + 1, async caller =>
        {
            if (caller == 2 * families.Length)
            {
                await begun.Task.WaitAsync(trial.CancellationToken).ConfigureAwait(false);
                await trial.RevokeAsync(trial.First, filter, delete).ConfigureAwait(false);
                Volatile.Write(ref isOver, 1);
                return;
            }

            var family = families[caller / 2];
            var matches = filter.Matches(family, SampleRows.Now);
            while (true)
            {
                var wasOver = Volatile.Read(ref isOver) == 1;
                var read = await trial.At(caller).FindAsync(family.Grant.LookupKey, trial.CancellationToken).ConfigureAwait(false);
                if (wasOver && matches)
                {
                    RequireEnded(read, family, delete);
                }

                if (wasOver || read is null || read.RevokedAt is not null)
                {
                    return;
                }

                await trial.SwapAsync(trial.At(caller), trial.Rows.Rotate(read)).ConfigureAwait(false);
                if (Interlocked.Increment(ref exchanges) == families.Length)
                {
                    begun.TrySetResult();
                }

                // A store that never waits would keep the pool from the others.
                await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
            }
        });
    }

    private static void RequireEnded(TokenFamily? found, TokenFamily family, bool delete)
    {
        CaseRun.Require(!delete || found is null, $"after its deletion among exchanges, {family} is back or was never deleted");
        CaseRun.Require(delete || found is not null, $"after its revocation among exchanges, {family} is gone");
        CaseRun.Require(delete || found!.RevokedAt is not null, $"after its revocation among exchanges, {family} lives");
        CaseRun.Require(delete || found!.Salt is null, $"after its revocation among exchanges, {family} still has a salt");
    }
}
