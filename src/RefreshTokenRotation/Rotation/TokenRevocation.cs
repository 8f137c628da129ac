using RefreshTokenRotation.Adoption;

namespace RefreshTokenRotation.Rotation;

/// <summary>Revocation and introspection by token: the two calls that exchange nothing.</summary>
internal sealed class TokenRevocation(
    FamilyRevoker revoker, CurrentOptions options, TimeProvider time, ExchangeReporter report, LegacyTokens legacyTokens)
{
    public async ValueTask<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator.Check(request);
        using var own = PresentedToken.Parse(request.RefreshToken, options.Prefixes);
        using var legacy = own is null ? await legacyTokens.ReadAsync(request.RefreshToken, cancellationToken).ConfigureAwait(false) : null;
        var token = own ?? legacy?.Token;
        var family = await FindAsync(token, legacy, request.TenantId, cancellationToken).ConfigureAwait(false);
        if (family is null)
        {
            return RevokeResult.NothingToRevoke;
        }

        var now = time.GetUtcNow();
        if (!string.Equals(family.Grant.ClientId, request.ClientId, StringComparison.Ordinal))
        {
            report.Rejected(request, family, RejectionReason.ClientMismatch);
            return RevokeResult.ClientMismatch;
        }

        // A reusable token that never rotated has no older ones: this one was tampered with.
        if (family is { RotationType: RotationType.NonRotating, Generation: 0 } && token!.StandingIn(family) == TokenStanding.Superseded)
        {
            report.Rejected(request, family, RejectionReason.Unknown);
            return RevokeResult.NothingToRevoke;
        }

        if (LegacyTokens.IsDraft(family))
        {
            // Only a stored family remembers that its legacy token has ended.
            await legacyTokens.AddAsync(legacy!, cancellationToken).ConfigureAwait(false);
            await legacyTokens.FindAsync(token!, legacy, CancellationToken.None).ConfigureAwait(false);
        }

        var filter = TokenFamilyFilter.ForFamily(family.Grant.FamilyId) with { TenantId = request.TenantId };
        var revocation = new FamilyRevocation(now, RevocationReason.ClientRequest, now, Delete: false);
        var count = await revoker.RevokeAsync(filter, revocation, family, cancellationToken).ConfigureAwait(false);
        if (request.EndGrant)
        {
            count += await EndGrantAsync(family, revocation, cancellationToken).ConfigureAwait(false);
        }

        return count > 0 ? RevokeResult.Revoked : RevokeResult.NothingToRevoke;
    }

    /// <summary>The other families of the grant. The family itself is revoked before, so that whatever fails here is made up for when the client
    /// repeats its request; a log-in since then is another grant, and lives.</summary>
    private async ValueTask<long> EndGrantAsync(TokenFamily family, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        if (family is { RevokedAt: not null, RevocationReason: not RevocationReason.ClientRequest })
        {
            return 0;
        }

        // The others get the same instant, so that a repeat that starts from one of them reaches no further.
        var grant = family.Grant;
        var whole = revocation with { RevokedAt = family.RevokedAt ?? revocation.RevokedAt };
        var count = 0L;
        foreach (var resource in grant.Resources.Count == 0 ? [TokenFamilyFilter.NoResource] : grant.Resources)
        {
            var filter = TokenFamilyFilter.ForGrant(grant.Subject, grant.ClientId, resource) with
            {
                TenantId = grant.TenantId,
                ExceptFamilyId = grant.FamilyId,
                CreatedNoLaterThan = whole.RevokedAt,
            };
            count += await revoker.RevokeAsync(filter, whole, family: null, cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    public async ValueTask<IntrospectResult> IntrospectAsync(IntrospectRequest request, CancellationToken cancellationToken)
    {
        RequestValidator.Check(request);
        using var own = PresentedToken.Parse(request.RefreshToken, options.Prefixes);
        using var legacy = own is null ? await legacyTokens.ReadAsync(request.RefreshToken, cancellationToken).ConfigureAwait(false) : null;
        var token = own ?? legacy?.Token;
        var family = await FindAsync(token, legacy, request.TenantId, cancellationToken).ConfigureAwait(false);
        return family is not null
            && family.GetState(time.GetUtcNow()) == FamilyState.Active
            && token!.StandingIn(family) == TokenStanding.Current
                ? new IntrospectResult.Active(new TokenFamilyInfo(family))
                : IntrospectResult.Inactive.Instance;
    }

    /// <summary>The family that any of its tokens names.</summary>
    public async ValueTask<TokenFamily?> FindFamilyAsync(IntrospectRequest request, CancellationToken cancellationToken)
    {
        RequestValidator.Check(request);
        using var own = PresentedToken.Parse(request.RefreshToken, options.Prefixes);
        using var legacy = own is null ? await legacyTokens.ReadAsync(request.RefreshToken, cancellationToken).ConfigureAwait(false) : null;
        return await FindAsync(own ?? legacy?.Token, legacy, request.TenantId, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TokenFamily?> FindAsync(
        PresentedToken? token, LegacyPresentation? legacy, string tenantId, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            return null;
        }

        var family = await legacyTokens.FindAsync(token, legacy, cancellationToken).ConfigureAwait(false);
        return string.Equals(family?.Grant.TenantId, tenantId, StringComparison.Ordinal) ? family : null;
    }
}
