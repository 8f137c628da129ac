using System.Collections.Immutable;

namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>A family as the model knows it, with every token that it ever had.</summary>
internal sealed record ModelFamily
{
    /// <summary>The public id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>What the log-in granted.</summary>
    public required IssueRequest Grant { get; init; }

    /// <summary>When the user logged in.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Rotating or reusable.</summary>
    public required RotationType RotationType { get; init; }

    /// <summary>Every token, oldest first.</summary>
    public required ImmutableList<ModelToken> Tokens { get; init; }

    /// <summary>The absolute expiry; null if there is none.</summary>
    public DateTimeOffset? AbsoluteExpiresAt { get; init; }

    /// <summary>The idle expiry; null if there is none.</summary>
    public DateTimeOffset? IdleExpiresAt { get; init; }

    /// <summary>When the family was revoked; null if it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why it was revoked; null if it was not.</summary>
    public RevocationReason? RevocationReason { get; init; }

    /// <summary>The host's own data.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The token that rotates, or is used.</summary>
    public ModelToken Current => Tokens[^1];

    /// <summary>How many times the family has rotated.</summary>
    public long Generation => Current.Generation;

    /// <summary>Whether the family was revoked or expired before an instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <returns>True if it ended earlier.</returns>
    public bool EndedBefore(DateTimeOffset instant) => RevokedAt < instant || AbsoluteExpiresAt < instant || IdleExpiresAt < instant;

    /// <summary>Whether the family lives. Every bound is over at its own instant.</summary>
    /// <param name="now">The time of the question.</param>
    /// <returns>Its state.</returns>
    public FamilyState GetState(DateTimeOffset now)
    {
        if (RevokedAt is not null)
        {
            return FamilyState.Revoked;
        }

        return AbsoluteExpiresAt <= now || IdleExpiresAt <= now ? FamilyState.Expired : FamilyState.Active;
    }
}
