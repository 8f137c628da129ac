using System.Diagnostics.CodeAnalysis;

namespace RefreshTokenRotation;

/// <summary>How to find refresh tokens that an earlier server keeps as hashes.</summary>
public sealed class HashedLegacyTokensOptions
{
    /// <summary>The hash under which the earlier server keeps a token. Required.</summary>
    public Func<string, string>? Hash { get; set; }

    /// <summary>Finds what the token of a hash grants. Required. Null: there is no such token. A <see cref="LegacyGrant"/> without a grant: it is no longer valid.
    /// An exception is an outage: nothing is consumed.</summary>
    public Func<IServiceProvider, string, CancellationToken, ValueTask<LegacyGrant?>>? FindAsync { get; set; }

    /// <summary>Invalidates the token of a hash at the earlier server. It may run more than once. Default: nothing happens there; set <see cref="Retention"/> then.</summary>
    public Func<IServiceProvider, string, CancellationToken, ValueTask>? RetireAsync { get; set; }

    /// <summary>How long a token may stay valid at the earlier server after it was adopted: ended families are kept at least as long.</summary>
    /// <value>Default: zero, which fits when <see cref="RetireAsync"/> invalidates it.</value>
    public TimeSpan Retention { get; set; }

    [MemberNotNullWhen(true, nameof(Hash), nameof(FindAsync))]
    internal bool IsComplete => Hash is not null && FindAsync is not null;
}
