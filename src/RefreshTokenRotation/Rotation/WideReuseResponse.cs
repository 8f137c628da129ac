namespace RefreshTokenRotation.Rotation;

/// <summary>The reuse response beyond the family, where the policy asks for one.</summary>
internal sealed class WideReuseResponse(FamilyRevoker revoker)
{
    /// <summary>Revokes the families that a wide response reaches: those whose log-in was no later than the detection. A new one survives.</summary>
    public async ValueTask RevokeAsync(TokenFamily family, RotationPolicy policy, DateTimeOffset now)
    {
        if (policy.ReuseResponse == ReuseResponse.Family || policy.ShadowMode)
        {
            return;
        }

        var revokedAt = family.RevokedAt!.Value;

        // The others get the same instant, so that a repeat that starts from one of them reaches no further.
        var revocation = new FamilyRevocation(revokedAt, RevocationReason.ReuseDetected, now, Delete: false);
        foreach (var resource in ResourcesOf(family.Grant, policy.ReuseResponse))
        {
            var filter = new TokenFamilyFilter
            {
                TenantId = family.Grant.TenantId,
                Subject = family.Grant.Subject,
                ClientId = policy.ReuseResponse == ReuseResponse.User ? null : family.Grant.ClientId,
                Resource = resource,
                ExceptFamilyId = family.Grant.FamilyId,
                CreatedNoLaterThan = revokedAt,
            };
            await revoker.RevokeAsync(filter, revocation, family: null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Revokes once more at a later presentation, because a crash may have come between the family and the rest.</summary>
    public ValueTask RepeatAsync(TokenFamily family, RotationPolicy policy, DateTimeOffset now) =>
        family.RevocationReason == RevocationReason.ReuseDetected ? RevokeAsync(family, policy, now) : ValueTask.CompletedTask;

    /// <summary>The resources whose families a response reaches; null for whatever resource.</summary>
    private static IReadOnlyList<string?> ResourcesOf(FamilyGrant grant, ReuseResponse response)
    {
        if (response != ReuseResponse.Grant)
        {
            return [null];
        }

        return grant.Resources.Count == 0 ? [TokenFamilyFilter.NoResource] : grant.Resources;
    }
}
