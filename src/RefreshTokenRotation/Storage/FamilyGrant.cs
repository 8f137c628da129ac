namespace RefreshTokenRotation.Storage;

/// <summary>The part of a family's row that its log-in fixed. It is written once and never changes.</summary>
public sealed record FamilyGrant
{
    private readonly long _createdAt;
    private readonly long _authenticationTime;

    /// <summary>The unique key that an exchange finds the row by: SHA-256 of the selector in the family's tokens.</summary>
    public required Opaque256 LookupKey { get; init; }

    /// <summary>The public id, unique too. It says nothing about the lookup key.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>The tenant; empty for hosts without tenants.</summary>
    public required string TenantId { get; init; }

    /// <summary>The user.</summary>
    public required string Subject { get; init; }

    /// <summary>The client.</summary>
    public required string ClientId { get; init; }

    /// <summary>When the user logged in.</summary>
    public required DateTimeOffset CreatedAt
    {
        get => new(_createdAt, TimeSpan.Zero);
        init => _createdAt = value.UtcTicks;
    }

    /// <summary>The granted scope, in the order of the request.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The granted resource servers, in the order of the request.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The authorization code or log-in that the family came from.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>The user's session at the host.</summary>
    public string? SessionId { get; init; }

    /// <summary>The thumbprint of the key that every use must prove.</summary>
    public string? SenderKeyThumbprint { get; init; }

    /// <summary>When the user authenticated.</summary>
    public DateTimeOffset? AuthenticationTime
    {
        get => UtcTicks.ToTime(_authenticationTime);
        init => _authenticationTime = UtcTicks.From(value);
    }

    /// <summary>The authentication context class.</summary>
    public string? Acr { get; init; }

    /// <summary>The authentication methods.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>The device that logged in.</summary>
    public DeviceInfo? FirstDevice { get; init; }

    /// <summary>The family's id.</summary>
    /// <returns>A text without any secret.</returns>
    public override string ToString() => $"grant of family {FamilyId:N}";
}
