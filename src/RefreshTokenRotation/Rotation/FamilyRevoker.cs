namespace RefreshTokenRotation.Rotation;

/// <summary>Ends families that a filter names, and reports it.</summary>
internal sealed class FamilyRevoker(InstrumentedTokenStore store, ExchangeReporter report)
{
    /// <summary>Revokes or deletes families. If that fails or is cancelled, some may have ended all the same, so observers hear of it too.</summary>
    /// <param name="filter">Which families.</param>
    /// <param name="revocation">When, why and how.</param>
    /// <param name="family">The family, if the filter names one that was read before.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>How many have ended.</returns>
    public async ValueTask<long> RevokeAsync(
        TokenFamilyFilter filter, FamilyRevocation revocation, TokenFamily? family, CancellationToken cancellationToken)
    {
        try
        {
            var count = await store.RevokeAsync(filter, revocation, cancellationToken).ConfigureAwait(false);
            report.Revoked(filter, revocation, count, family);
            return count;
        }
        catch
        {
            report.Observe(filter);
            throw;
        }
    }
}
