namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>What distinguishes two states of one row.</summary>
internal sealed record RowState(long Version, Opaque256 SecretHash, Opaque256? Salt, DateTimeOffset? RevokedAt, DateTimeOffset? ExpiresAt = null)
{
    public static RowState? Of(TokenFamily? row) =>
        row is null ? null : new RowState(row.Version, row.SecretHash, row.Salt, row.RevokedAt, Earlier(row.AbsoluteExpiresAt, row.IdleExpiresAt));

    public bool EndedBefore(DateTimeOffset instant) => RevokedAt < instant || ExpiresAt < instant;

    public override string ToString() => $"version {Version}{(RevokedAt is null ? string.Empty : ", revoked")}";

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
