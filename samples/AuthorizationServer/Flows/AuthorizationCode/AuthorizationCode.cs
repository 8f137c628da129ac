namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>What a code stands for, and what it is bound to.</summary>
internal sealed record AuthorizationCode
{
    public required string ClientId { get; init; }

    public required string RedirectUri { get; init; }

    public required string? CodeChallenge { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }

    public required string? Nonce { get; init; }

    public required string SessionId { get; init; }

    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>What the families that come from this code have in common.</summary>
    public required string AuthorizationId { get; init; }

    public bool IsUsed { get; init; }
}
