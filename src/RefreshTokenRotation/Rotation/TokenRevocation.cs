using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Rotation;

/// <summary>Revocation and introspection by token: the two calls that exchange nothing.</summary>
internal sealed class TokenRevocation(GuardedTokenStore store, CurrentOptions options, TimeProvider time, Reporter report)
{
    public async ValueTask<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken)
    {
        RequestRules.Check(request);
        using var token = PresentedToken.Parse(request.RefreshToken, options.Prefixes);
        var family = await FindAsync(token, request.TenantId, cancellationToken).ConfigureAwait(false);
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
        if (family is { Kind: FamilyKind.Reusable, Generation: 0 } && token!.StandingIn(family) == TokenStanding.Other)
        {
            report.Rejected(request, family, RejectionReason.Unknown);
            return RevokeResult.NothingToRevoke;
        }

        var filter = TokenFamilyFilter.ForFamily(family.Grant.FamilyId) with { TenantId = request.TenantId };
        var revocation = new FamilyRevocation(now, RevocationReason.ClientRequest, now, Delete: false);
        var count = await store.RevokeAsync(filter, revocation, cancellationToken).ConfigureAwait(false);
        report.Revoked(filter, RevocationReason.ClientRequest, count, deleted: false, now, family);
        return count > 0 ? RevokeResult.Revoked : RevokeResult.NothingToRevoke;
    }

    public async ValueTask<IntrospectResult> IntrospectAsync(IntrospectRequest request, CancellationToken cancellationToken)
    {
        RequestRules.Check(request);
        using var token = PresentedToken.Parse(request.RefreshToken, options.Prefixes);
        var family = await FindAsync(token, request.TenantId, cancellationToken).ConfigureAwait(false);
        return family is not null
            && family.GetState(time.GetUtcNow()) == FamilyState.Active
            && token!.StandingIn(family) == TokenStanding.Current
                ? new IntrospectResult.Active(new TokenFamilyInfo(family))
                : IntrospectResult.Inactive.Instance;
    }

    private async ValueTask<TokenFamily?> FindAsync(PresentedToken? token, string tenantId, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            return null;
        }

        var family = await store.FindAsync(token.LookupKey, cancellationToken).ConfigureAwait(false);
        return string.Equals(family?.Grant.TenantId, tenantId, StringComparison.Ordinal) ? family : null;
    }
}
