namespace RefreshTokenRotation;

/// <summary>How an exchange ended: <see cref="Succeeded"/> or <see cref="Rejected"/>, and nothing else. An outage is an exception.</summary>
public abstract record ExchangeResult
{
    private ExchangeResult()
    {
    }

    /// <summary>The token was accepted.</summary>
    public sealed record Succeeded : ExchangeResult
    {
        internal Succeeded(
            ExchangeOutcome outcome,
            RefreshToken refreshToken,
            TokenFamilyInfo family,
            AccessToken? accessToken,
            IReadOnlyList<string> scopes,
            IReadOnlyList<string> resources)
        {
            Outcome = outcome;
            RefreshToken = refreshToken;
            Family = family;
            AccessToken = accessToken;
            Scopes = scopes;
            Resources = resources;
        }

        /// <summary>What the exchange did.</summary>
        public ExchangeOutcome Outcome { get; }

        /// <summary>The token that the client holds from now on; for a non-rotating family, the presented one.</summary>
        public RefreshToken RefreshToken { get; }

        /// <summary>The family after the exchange.</summary>
        public TokenFamilyInfo Family { get; }

        /// <summary>What <see cref="ExchangeRequest.CreateAccessToken"/> produced; null if there was none.</summary>
        public AccessToken? AccessToken { get; }

        /// <summary>The scope of this access token.</summary>
        public IReadOnlyList<string> Scopes { get; }

        /// <summary>The resource servers of this access token.</summary>
        public IReadOnlyList<string> Resources { get; }
    }

    /// <summary>The token was rejected. The client gets <c>invalid_grant</c>, <c>invalid_scope</c> or <c>invalid_target</c>, and not the reason, unless a hook
    /// chose another error (<see cref="Refusal"/>).</summary>
    public sealed record Rejected : ExchangeResult
    {
        internal Rejected(RejectionReason reason, string? description = null, ExchangeRefusal? refusal = null) =>
            (Reason, Description, Refusal) = (reason, description, refusal);

        /// <summary>Why. Only for the host.</summary>
        public RejectionReason Reason { get; }

        /// <summary>The text of the hook that rejected the exchange. If leeway reaches over several generations
        /// (<see cref="RotationPolicy.LeewayGenerations"/>), a text for a process whose token was replaced too long ago. Null otherwise.</summary>
        public string? Description { get; }

        /// <summary>The error that a hook chose for the client; null otherwise.</summary>
        public ExchangeRefusal? Refusal { get; }
    }
}
