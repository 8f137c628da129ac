namespace RefreshTokenRotation.Rotation;

/// <summary>The protocol's one decision, as a pure function. Everything that decides over a token is in this file.</summary>
internal static class ExchangeDecision
{
    /// <summary>Below zero, an elapsed time counts as zero down to this; further below, every window is over.</summary>
    private static readonly TimeSpan ToleratedDrift = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan SenderBoundRecovery = TimeSpan.FromDays(1);

    /// <summary>Decides. The first row that fits holds.</summary>
    /// <remarks>
    /// <code>
    ///  #  condition                                              decision                 writes
    ///  1  malformed, checksum wrong (the parser)                 reject unknown           -   no store call
    ///  2  selector not found, or other tenant                    reject unknown           -   one answer for both
    ///  3  other client                                           reject client_mismatch   -   RFC 6749 section 10.4
    ///  4  bound to a key, and the key is absent or another       reject sender_mismatch   -   RFC 9449 section 5, RFC 8705 section 4
    ///  5  revoked                                                reject revoked           -
    ///  6  absolute or idle lifetime over                         reject expired           -   RFC 9700 section 4.14.2
    ///  7  8 to 13 would accept; scope or resource not allowed    reject invalid_scope     -   RFC 6749 section 6
    ///                                                            or invalid_target            RFC 8707 section 2.2
    ///  8  current, family rotating, policy rotating              rotate                   yes RFC 9700 section 4.14.2
    ///  9  current, family non-rotating, policy non-rotating      use                      last use and lifetimes, if it expires
    /// 10  current, family non-rotating, policy rotating          convert to rotating      yes
    /// 11  current, family rotating, policy non-rotating          convert to non-rotating  yes
    /// 12  previous or earlier, inside leeway                     reissue                  -   the same successor
    /// 13  previous, after leeway, inside recovery, no shadow     recover                  yes the lost successor is displaced
    /// 14  anything else, if rotating or ever rotated             detect reuse             yes RFC 9700 section 4.14.2 (in shadow mode: -)
    /// 15  anything else: a reusable token, tampered with         reject unknown           -
    /// </code>
    /// Client, tenant and key are checked before every row that writes: a stranger can't end a family. A refused request consumes nothing. A replay is
    /// reuse whatever scope it asks for. Revoked and expired come before leeway, which therefore revives nothing. Earlier tokens are known where leeway
    /// reaches over several generations (<see cref="Trail"/>); each has the window of its own replacement, and none is recovered.
    /// </remarks>
    public static Decision Decide(TokenFamily? family, PresentedToken token, ExchangeRequest request, RotationPolicy policy, DateTimeOffset now)
    {
        if (RejectPresenter(family, request) is { } rejection)
        {
            return new Decision(rejection); // 2, 3, 4
        }

        var standing = token.StandingIn(family!);
        if (family!.GetState(now) is var state and not FamilyState.Active)
        {
            return new Decision(state == FamilyState.Revoked ? ExchangeAction.RejectRevoked : ExchangeAction.RejectExpired, standing); // 5, 6
        }

        if (standing == TokenStanding.Superseded && family.Trail is not null && token.IsEarlier(family, policy))
        {
            standing = TokenStanding.Earlier;
        }

        var recoverable = standing == TokenStanding.Previous && IsInsideRecovery(family, policy, now);
        var action = (standing, family.RotationType, policy.RotationType) switch
        {
            (TokenStanding.Current, RotationType.Rotating, RotationType.Rotating) => ExchangeAction.Rotate, // 8
            (TokenStanding.Current, RotationType.NonRotating, RotationType.NonRotating) => ExchangeAction.Use, // 9
            (TokenStanding.Current, RotationType.NonRotating, RotationType.Rotating) => ExchangeAction.ConvertToRotating, // 10
            (TokenStanding.Current, RotationType.Rotating, RotationType.NonRotating) => ExchangeAction.ConvertToNonRotating, // 11
            (TokenStanding.Previous, _, _) when IsInsideLeeway(family, policy, now) => ExchangeAction.Reissue, // 12
            (TokenStanding.Earlier, _, _) when token.IsInsideLeeway(family, policy, now) => ExchangeAction.Reissue, // 12
            (TokenStanding.Previous, _, _) when recoverable && !policy.ShadowMode => ExchangeAction.Recover, // 13
            _ when family.RotationType == RotationType.Rotating || family.Generation > 0 => ExchangeAction.DetectReuse, // 14
            _ => ExchangeAction.RejectTampered, // 15
        };

        var decision = new Decision(action, standing, WouldRecover: action == ExchangeAction.DetectReuse && recoverable);
        if (!decision.IsSuccess)
        {
            return decision; // 14, 15
        }

        // A generation is 32 bits on the wire. A family that has used them all up can't go on.
        if (decision.IssuesSuccessor && family.Generation >= uint.MaxValue)
        {
            return new Decision(ExchangeAction.RejectExpired, standing); // 6
        }

        var access = GrantedAccess.Narrow(family.Grant, policy, request.Scopes, request.Resources);
        return access.Error is null
            ? decision with { Access = access }
            : new Decision(ExchangeAction.RejectScopeOrTarget, standing, access); // 7
    }

    /// <summary>Whether the decision depends on the policy: it does not where the presenter has no business with the family.</summary>
    public static bool NeedsPolicy(TokenFamily? family, ExchangeRequest request) => RejectPresenter(family, request) is null;

    /// <summary>How long a lost response can be recovered under a policy; zero if it can't.</summary>
    public static TimeSpan RecoveryWindow(FamilyGrant grant, RotationPolicy policy)
    {
        if (policy.Leeway <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        // A replay that proves the family's own key is a lost response far more often than a theft.
        return policy.RecoveryWindow == TimeSpan.Zero && grant.SenderKeyThumbprint is not null ? SenderBoundRecovery : policy.RecoveryWindow;
    }

    /// <summary>How long ago a token was replaced, for a window: forever, if it was not, or if the clocks are too far apart.</summary>
    public static TimeSpan Elapsed(DateTimeOffset? since, DateTimeOffset now)
    {
        var elapsed = now - since ?? TimeSpan.MaxValue;
        return elapsed >= TimeSpan.Zero ? elapsed
            : elapsed >= -ToleratedDrift ? TimeSpan.Zero
            : TimeSpan.MaxValue;
    }

    private static ExchangeAction? RejectPresenter(TokenFamily? family, ExchangeRequest request)
    {
        if (family is null || !Same(family.Grant.TenantId, request.TenantId))
        {
            return ExchangeAction.RejectUnknown; // 2
        }

        if (!Same(family.Grant.ClientId, request.ClientId))
        {
            return ExchangeAction.RejectClientMismatch; // 3
        }

        return family.Grant.SenderKeyThumbprint is { } key && !Same(key, request.SenderKeyThumbprint)
            ? ExchangeAction.RejectSenderMismatch // 4
            : null;
    }

    /// <summary>Both bounds count: lowering the policy acts at once, raising it reopens nothing.</summary>
    private static bool IsInsideLeeway(TokenFamily family, RotationPolicy policy, DateTimeOffset now) =>
        now < family.LeewayUntil && Elapsed(family.RotatedAt, now) < policy.Leeway;

    private static bool IsInsideRecovery(TokenFamily family, RotationPolicy policy, DateTimeOffset now) =>
        now < family.RecoverUntil && Elapsed(family.RotatedAt, now) < RecoveryWindow(family.Grant, policy);

    private static bool Same(string left, string? right) => string.Equals(left, right, StringComparison.Ordinal);
}

/// <summary>The row of the table that holds.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Standing">Which token was presented; of no meaning for rows 2 to 4.</param>
/// <param name="Access">The scope and resources of the answer, or what is wrong with those asked for; set for rows 7 to 13.</param>
/// <param name="WouldRecover">Whether only shadow mode turned a recovery into a reuse.</param>
internal readonly record struct Decision(ExchangeAction Action, TokenStanding Standing = TokenStanding.Superseded, GrantedAccess Access = default, bool WouldRecover = false)
{
    /// <summary>Rows 8 to 13.</summary>
    public bool IsSuccess => Action is >= ExchangeAction.Rotate and <= ExchangeAction.Recover;

    /// <summary>Rows 8, 10, 11 and 13: a fresh hash is written, and a token that nobody has seen goes out.</summary>
    public bool IssuesSuccessor => Action is ExchangeAction.Rotate or ExchangeAction.ConvertToRotating or ExchangeAction.ConvertToNonRotating or ExchangeAction.Recover;

    public ExchangeOutcome Outcome => Action switch
    {
        ExchangeAction.Rotate => ExchangeOutcome.Rotated,
        ExchangeAction.Use => ExchangeOutcome.Used,
        ExchangeAction.ConvertToRotating => ExchangeOutcome.ConvertedToRotating,
        ExchangeAction.ConvertToNonRotating => ExchangeOutcome.ConvertedToNonRotating,
        ExchangeAction.Reissue => ExchangeOutcome.Reissued,
        ExchangeAction.Recover => ExchangeOutcome.Recovered,
        _ => throw new InvalidOperationException($"{Action} is not a success."),
    };

    /// <summary>What the access token of a success is for.</summary>
    public AccessTokenContext ContextFor(TokenFamily family, IServiceProvider? services) =>
        new(new TokenFamilyInfo(family), family.Generation + (IssuesSuccessor ? 1 : 0), Outcome, Access.Scopes, Access.Resources, services);

    /// <summary>Rows 2 to 7 and 15: the reason for the host.</summary>
    public RejectionReason Reason => Action switch
    {
        ExchangeAction.RejectClientMismatch => RejectionReason.ClientMismatch,
        ExchangeAction.RejectSenderMismatch => RejectionReason.SenderMismatch,
        ExchangeAction.RejectRevoked => RejectionReason.Revoked,
        ExchangeAction.RejectExpired => RejectionReason.Expired,
        ExchangeAction.RejectScopeOrTarget => Access.Error!.Value,
        _ => RejectionReason.Unknown,
    };
}

/// <summary>What an exchange does next: a row of the table at <see cref="ExchangeDecision.Decide"/>. The first row is decided by the parser.</summary>
internal enum ExchangeAction : byte
{
    RejectUnknown = 2,
    RejectClientMismatch = 3,
    RejectSenderMismatch = 4,
    RejectRevoked = 5,
    RejectExpired = 6,
    RejectScopeOrTarget = 7,
    Rotate = 8,
    Use = 9,
    ConvertToRotating = 10,
    ConvertToNonRotating = 11,
    Reissue = 12,
    Recover = 13,
    DetectReuse = 14,
    RejectTampered = 15,
}
