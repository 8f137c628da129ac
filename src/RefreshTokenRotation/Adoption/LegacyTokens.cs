using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation.Adoption;

/// <summary>Adopts the previous server's tokens. A draft is a family that is not stored yet; adding it is idempotent, and the exchange
/// starts over from what is stored. So there is no way to a successor but the compare-and-swap of every other exchange.</summary>
internal sealed class LegacyTokens(
    IEnumerable<ILegacyTokenSource> sources, InstrumentedTokenStore store, TokenIssuance issuance, PolicySource policies, TimeProvider time,
    ExchangeReporter report)
{
    private const int MaxLength = 16_384;

    private readonly ILegacyTokenSource[] _sources = [.. sources];
    private readonly TakenTokens _taken = new(store);

    /// <summary>Marks a family that is not stored yet.</summary>
    public static bool IsDraft(TokenFamily family) => family.Version == 0;

    /// <summary>The legacy token that a text is, or null.</summary>
    public ValueTask<LegacyPresentation?> ReadAsync(RefreshToken token, CancellationToken cancellationToken) =>
        _sources.Length == 0 || token.Characters.Length is 0 or > MaxLength ? default : AskAsync(token, cancellationToken);

    /// <summary>The family of a token. Of a legacy token it may be a draft; null if it is neither known nor valid.</summary>
    public ValueTask<TokenFamily?> FindAsync(PresentedToken token, LegacyPresentation? legacy, CancellationToken cancellationToken) =>
        legacy is null ? store.FindAsync(token.LookupKey, cancellationToken) : FindAsync(legacy, cancellationToken);

    /// <summary>Stores the draft, unless another call has. Once begun it is not cancelled. The next find takes the token from the old server.</summary>
    public async ValueTask AddAsync(LegacyPresentation presentation, CancellationToken cancellationToken)
    {
        var draft = presentation.Draft!;
        var policy = await policies.ResolveAsync(draft, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        presentation.Draft = Start(presentation.Legacy, draft with { Version = 1 }, policy, now);
        presentation.IsAdded = true;
        foreach (var evicted in await issuance.AddAsync(presentation.Draft, policy.ActiveCap, now).ConfigureAwait(false))
        {
            report.Evicted(evicted, now);
        }
    }

    /// <summary>An earlier bound for pruning: a family is kept for as long as its legacy token could be adopted again.</summary>
    public DateTimeOffset Keep(DateTimeOffset endedBefore)
    {
        var now = time.GetUtcNow();
        foreach (var source in _sources)
        {
            var retention = source.Retention;
            var bound = retention > now - DateTimeOffset.MinValue ? DateTimeOffset.MinValue : now - retention;
            endedBefore = bound < endedBefore ? bound : endedBefore;
        }

        return endedBefore;
    }

    private async ValueTask<TokenFamily?> FindAsync(LegacyPresentation presentation, CancellationToken cancellationToken)
    {
        var family = await store.FindAsync(presentation.Token.LookupKey, cancellationToken).ConfigureAwait(false);
        if (family is null)
        {
            // What this call added and somebody has deleted since is not added again.
            return presentation.IsAdded ? null : presentation.Draft ??= await DraftAsync(presentation, cancellationToken).ConfigureAwait(false);
        }

        // A family rotates only after its token was taken. A call may have stopped in between.
        if (family.Generation == 0 && !await TakeAsync(presentation, family, cancellationToken).ConfigureAwait(false) && family.RevokedAt is null)
        {
            // Nobody has got a token of a family that this call has added, and nobody will: it goes with the call, and was never reported. An end of it could be taken for
            // the end of the session that goes on at the old server.
            if (presentation.IsAdded)
            {
                var now = time.GetUtcNow();
                var filter = TokenFamilyFilter.ForFamily(family.Grant.FamilyId) with { TenantId = family.Grant.TenantId };
                await store.RevokeAsync(filter, new FamilyRevocation(now, RevocationReason.SessionEnded, now, Delete: true), CancellationToken.None).ConfigureAwait(false);
            }

            return null;
        }

        if (presentation is { IsAdded: true, Draft: { } draft } && family.Grant.CreatedAt == draft.Grant.CreatedAt)
        {
            presentation.Draft = null;
            report.Issued(new TokenFamilyInfo(family), family.Grant.CreatedAt);
        }

        return family;
    }

    private async ValueTask<LegacyPresentation?> AskAsync(RefreshToken token, CancellationToken cancellationToken)
    {
        foreach (var source in _sources)
        {
            try
            {
                if (await source.ReadAsync(token.Reveal(), cancellationToken).ConfigureAwait(false) is { } legacy)
                {
                    return new LegacyPresentation(source, legacy);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                throw Unavailable.LegacySource(fault);
            }
        }

        // The old server may have forgotten a token that was adopted: its replay is still found.
        return new LegacyPresentation(source: null, new LegacyToken { CanonicalText = token.Reveal() });
    }

    private async ValueTask<TokenFamily?> DraftAsync(LegacyPresentation presentation, CancellationToken cancellationToken)
    {
        if (presentation.Legacy.Grant is not { } grant || await _taken.ContainsAsync(presentation, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        RequestValidator.Check(grant);
        var context = new RotationPolicyContext(grant.ClientId, grant.TenantId, grant.Resources);
        var policy = await policies.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        var key = presentation.Token.LookupKey;
        var now = time.GetUtcNow();
        var family = issuance.Draft(grant, policy, key, presentation.FamilyId, presentation.SecretHash, now) with { Version = 0 };
        return Start(presentation.Legacy, family, policy, now);
    }

    private static TokenFamily Start(LegacyToken legacy, TokenFamily draft, RotationPolicy policy, DateTimeOffset now) =>
        Transition.Shortened(TokenIssuance.StartAt(now, draft, policy), new Lifetimes(legacy.ExpiresAt, Idle: null));

    /// <summary>Takes the token from the old server, and remembers it where that server can't.</summary>
    /// <returns>False if the old server has used it, or if it was adopted before and its family is gone.</returns>
    private async ValueTask<bool> TakeAsync(LegacyPresentation presentation, TokenFamily family, CancellationToken cancellationToken)
    {
        if (presentation.IsTaken || presentation.Source is not { } source)
        {
            return presentation.IsTaken;
        }

        try
        {
            if (!await source.RetireAsync(presentation.Legacy, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Unavailable.LegacySource(fault);
        }

        return presentation.IsTaken = await _taken.IsFirstAsync(presentation, family, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }
}
