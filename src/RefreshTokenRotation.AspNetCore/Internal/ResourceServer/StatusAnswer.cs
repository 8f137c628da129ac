namespace RefreshTokenRotation.AspNetCore.Internal.ResourceServer;

/// <summary>What a request is decided by.</summary>
/// <param name="Status">What the source said; null if it failed.</param>
/// <param name="Age">How long before the request the source was asked; zero if after.</param>
internal readonly record struct StatusAnswer(AccessTokenStatus? Status, TimeSpan Age);
