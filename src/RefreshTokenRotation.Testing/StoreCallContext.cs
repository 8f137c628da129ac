using System.Globalization;

namespace RefreshTokenRotation.Testing;

/// <summary>A store call that is about to happen.</summary>
/// <param name="Call">Which method.</param>
/// <param name="Number">How many calls there were, this one included: 1 for the first.</param>
/// <param name="NumberOfCall">How many calls of this method there were, this one included.</param>
/// <param name="Family">The row that an add or a compare-and-swap writes; null for the others.</param>
public sealed record StoreCallContext(StoreCall Call, int Number, int NumberOfCall, TokenFamily? Family)
{
    /// <summary>The call and the family's id.</summary>
    /// <returns>A text without any secret.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"#{Number} {Call} {NumberOfCall}{(Family is null ? string.Empty : $" of {Family}")}");
}
