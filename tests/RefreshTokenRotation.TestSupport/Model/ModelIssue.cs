namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>How the model answers an issue.</summary>
/// <param name="Handle">The first token.</param>
/// <param name="Family">The new family.</param>
/// <param name="Evicted">The families that the cap ended, oldest first.</param>
internal sealed record ModelIssue(string Handle, ModelFamily Family, IReadOnlyList<Guid> Evicted);
