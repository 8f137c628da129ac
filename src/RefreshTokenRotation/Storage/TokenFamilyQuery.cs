namespace RefreshTokenRotation.Storage;

/// <summary>One page of a list, in ascending order of <see cref="FamilyGrant.CreatedAt"/>, then of <see cref="FamilyGrant.FamilyId"/>.</summary>
/// <param name="Filter">Which families.</param>
/// <param name="After">Only families after this place; null for the first page.</param>
/// <param name="Limit">How many at most; at least 1.</param>
/// <param name="Now">The time at which <see cref="TokenFamilyFilter.State"/> is judged.</param>
public sealed record TokenFamilyQuery(TokenFamilyFilter Filter, TokenFamilyCursor? After, int Limit, DateTimeOffset Now);
