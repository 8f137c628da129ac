namespace RefreshTokenRotation;

/// <summary>Finds, lists and revokes families: for account pages, for operators and for the host's own events. Thread-safe.</summary>
/// <remarks>Every method may throw <see cref="RefreshTokenUnavailableException"/> when the store fails.</remarks>
public interface ITokenFamilyManager
{
    /// <summary>Finds a family by its public id.</summary>
    /// <param name="familyId">The family.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The family, active or ended; null if there is none in this tenant.</returns>
    ValueTask<TokenFamilyInfo?> FindAsync(Guid familyId, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Finds the family of a token, whichever of its tokens it is. It says nothing about whether the token is still good, and changes nothing.</summary>
    /// <param name="refreshToken">Its current token, an older one, or a legacy token (<see cref="ILegacyTokenSource"/>), whose family may not be stored yet.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The family, active or ended; null if the token is unknown in this tenant.</returns>
    ValueTask<TokenFamilyInfo?> FindByTokenAsync(RefreshToken refreshToken, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Lists families, oldest log-in first.</summary>
    /// <param name="filter">Which families.</param>
    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <param name="limit">How many at most: 1 to 1,000. Default: 50.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A page. No secret, hash or selector is in it.</returns>
    /// <exception cref="ArgumentException">An argument is out of bounds.</exception>
    ValueTask<TokenFamilyPage> ListAsync(
        TokenFamilyFilter filter, TokenFamilyCursor? after = null, int limit = 50, CancellationToken cancellationToken = default);

    /// <summary>Revokes every family that a filter matches. When it returns, each one that matched when it began is revoked, whichever exchanges
    /// ran meanwhile. Idempotent: if a call that matches many families fails or is cancelled, repeat it to revoke the rest.</summary>
    /// <param name="filter">Which families. It must name something: see <see cref="TokenFamilyFilter.ForTenant"/>.</param>
    /// <param name="reason">Why; events and later rejections contain it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were not revoked before.</returns>
    /// <exception cref="ArgumentException">The filter names nothing, or an argument is out of bounds.</exception>
    ValueTask<long> RevokeAsync(
        TokenFamilyFilter filter, RevocationReason reason = RevocationReason.Administrator, CancellationToken cancellationToken = default);

    /// <summary>Revokes and deletes every family that a filter matches. Tokens of a deleted family are unknown.</summary>
    /// <param name="filter">Which families. It must name something: see <see cref="TokenFamilyFilter.ForTenant"/>.</param>
    /// <param name="reason">Why; events contain it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="ArgumentException">The filter names nothing, or an argument is out of bounds.</exception>
    ValueTask<long> DeleteAsync(
        TokenFamilyFilter filter, RevocationReason reason = RevocationReason.Administrator, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records that an access token of a family's current generation is in use. Its response has arrived, so the lost-response recovery
    /// of that generation ends. The leeway continues: another tab's retry is still honest.
    /// </summary>
    /// <param name="familyId">The family that the access token names.</param>
    /// <param name="generation">The generation that the access token names.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the family is active and this is its current generation. At most one write per generation.</returns>
    ValueTask<bool> ConfirmUseAsync(Guid familyId, long generation, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Replaces the host's own data on a family.</summary>
    /// <param name="familyId">The family.</param>
    /// <param name="metadata">At most 25 entries; keys of <c>A-Za-z0-9_-</c>; 255 characters per key and value. Empty or null clears.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The family after the change; null if there is none in this tenant.</returns>
    /// <exception cref="ArgumentException">The metadata is out of bounds.</exception>
    ValueTask<TokenFamilyInfo?> SetMetadataAsync(
        Guid familyId, IReadOnlyDictionary<string, string>? metadata, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Deletes families that ended before an instant, of all tenants. A token of a deleted family is unknown, not reuse.</summary>
    /// <param name="endedBefore">Families that were revoked or expired before this instant are deleted.</param>
    /// <param name="limit">How many at most: 1 to 10,000. Default: 1,000. Fewer deleted means that no more are left.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="ArgumentException">An argument is out of bounds.</exception>
    ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit = 1000, CancellationToken cancellationToken = default);
}
