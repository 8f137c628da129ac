namespace AuthorizationServer.State;

/// <summary>An entry as it was read.</summary>
/// <param name="Value">What it holds.</param>
/// <param name="Stored">The stored form, which a swap compares.</param>
internal sealed record Entry<T>(T Value, string Stored);
