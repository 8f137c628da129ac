using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>What tells two states of one row apart.</summary>
internal sealed record RowState(long Version, Opaque256 SecretHash, Opaque256? Salt, DateTimeOffset? RevokedAt)
{
    public static RowState? Of(TokenFamily? row) => row is null ? null : new RowState(row.Version, row.SecretHash, row.Salt, row.RevokedAt);

    public override string ToString() => $"version {Version}{(RevokedAt is null ? string.Empty : ", revoked")}";
}
