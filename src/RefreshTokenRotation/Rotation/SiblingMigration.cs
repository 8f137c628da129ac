namespace RefreshTokenRotation.Rotation;

/// <summary>Row 10, once the conversion is written: the non-rotating siblings of the converted family end.</summary>
internal sealed class SiblingMigration(FamilyRevoker revoker, ExchangeReporter report)
{
    /// <summary>Deletes every other non-rotating family of the same tenant, subject, client and resource. One that is missed converts at its own next exchange.</summary>
    public async ValueTask DeleteAsync(TokenFamily converted, DateTimeOffset now)
    {
        var grant = converted.Grant;
        try
        {
            foreach (var resource in grant.Resources.Count == 0 ? [TokenFamilyFilter.NoResource] : grant.Resources)
            {
                var filter = TokenFamilyFilter.ForGrant(grant.Subject, grant.ClientId, resource) with
                {
                    TenantId = grant.TenantId,
                    ExceptFamilyId = grant.FamilyId,
                    RotationType = RotationType.NonRotating,
                };
                var revocation = new FamilyRevocation(now, RevocationReason.Migrated, now, Delete: true);
                await revoker.RevokeAsync(filter, revocation, family: null, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (RefreshTokenUnavailableException fault)
        {
            report.MigrationIncomplete(converted, fault);
        }
    }
}
