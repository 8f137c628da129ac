namespace RefreshTokenRotation;

/// <summary>Whether a token could be exchanged now: <see cref="Active"/> or <see cref="Inactive"/>, and nothing else.</summary>
public abstract record IntrospectResult
{
    private IntrospectResult()
    {
    }

    /// <summary>The current token of an active family.</summary>
    public sealed record Active : IntrospectResult
    {
        internal Active(TokenFamilyInfo family) => Family = family;

        /// <summary>The family.</summary>
        public TokenFamilyInfo Family { get; }
    }

    /// <summary>Anything else; the response does not say why (RFC 7662 section 2.2).</summary>
    public sealed record Inactive : IntrospectResult
    {
        internal static readonly Inactive Instance = new();

        private Inactive()
        {
        }
    }
}
