namespace AuthorizationServer.Accounts;

/// <summary>What a user has allowed a client.</summary>
internal sealed record Consent(IReadOnlyList<string> Scopes, IReadOnlyList<string> Resources);
