using System.Diagnostics.CodeAnalysis;

namespace RefreshTokenRotation;

/// <summary>How to find refresh tokens that an earlier server keeps as hashes.</summary>
public sealed class HashedLegacyTokensOptions
{
    /// <summary>The hash under which the earlier server keeps a token. Required.</summary>
    public Func<string, string>? Hash { get; set; }

    /// <summary>Finds what the token of a hash grants. Required. Null: there is no such token. A <see cref="LegacyGrant"/> without a grant: it is no longer valid,
    /// because it was retired for example. An exception is an outage: nothing is consumed.</summary>
    public Func<IServiceProvider, string, CancellationToken, ValueTask<LegacyGrant?>>? FindAsync { get; set; }

    /// <summary>Marks the token of a hash as retired at the earlier server, in one conditional statement, and keeps its row: if the row were deleted, a replay could not
    /// be reported, and a retry after a crash would log the user out. True: it was valid until now, or an earlier call retired it. False: the earlier server
    /// has used or revoked it meanwhile; it is then rejected. Default: nothing happens there; <see cref="Retention"/> is required then.</summary>
    public Func<IServiceProvider, string, CancellationToken, ValueTask<bool>>? RetireAsync { get; set; }

    /// <summary>How long a token may stay valid at the earlier server after it was adopted. For that long, the store remembers that it was taken.</summary>
    /// <value>Default: zero, which fits when <see cref="RetireAsync"/> invalidates it.</value>
    public TimeSpan Retention { get; set; }

    [MemberNotNullWhen(true, nameof(Hash), nameof(FindAsync))]
    internal bool IsComplete => Hash is not null && FindAsync is not null && (RetireAsync is not null || Retention > TimeSpan.Zero);
}
