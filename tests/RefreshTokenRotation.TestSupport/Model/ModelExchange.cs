namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>How the model answers an exchange: an outcome and a token, or a reason.</summary>
internal sealed record ModelExchange
{
    /// <summary>What a success did; null for a refusal.</summary>
    public ExchangeOutcome? Outcome { get; init; }

    /// <summary>Why it was refused; null for a success.</summary>
    public RejectionReason? Reason { get; init; }

    /// <summary>The handle of the token that the client holds from now on; null for a refusal.</summary>
    public string? Handle { get; init; }

    /// <summary>The family after the exchange; null if none was found.</summary>
    public ModelFamily? Family { get; init; }

    /// <summary>The scope of the access token.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The resource servers of the access token.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];
}
