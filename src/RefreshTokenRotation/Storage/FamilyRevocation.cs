namespace RefreshTokenRotation.Storage;

/// <summary>What a set-based revocation writes.</summary>
/// <param name="RevokedAt">The instant to store.</param>
/// <param name="Reason">The reason to store.</param>
/// <param name="Now">The time that <see cref="TokenFamilyFilter.State"/> is judged by.</param>
/// <param name="Delete">Whether matching rows are deleted instead, revoked ones among them.</param>
public readonly record struct FamilyRevocation(DateTimeOffset RevokedAt, RevocationReason Reason, DateTimeOffset Now, bool Delete);
