namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>What a code grants, and what it is bound to.</summary>
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

    /// <summary>The id that the families from this code share.</summary>
    public required string AuthorizationId { get; init; }

    public bool IsUsed { get; init; }
}
