using System.Collections.Immutable;

namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>What a success leaves behind.</summary>
internal static class ModelWrite
{
    public static ModelFamily Apply(ModelFamily family, string presented, ExchangeOutcome outcome, RotationPolicy policy, DateTimeOffset now) =>
        outcome switch
        {
            ExchangeOutcome.Reissued => family,
            ExchangeOutcome.Used => ModelLifetimes.Renew(policy, now, EndRecovery(family)),
            _ => ModelLifetimes.Renew(policy, now, family with
            {
                RotationType = outcome switch
                {
                    ExchangeOutcome.ConvertedToNonRotating => RotationType.NonRotating,
                    ExchangeOutcome.ConvertedToRotating => RotationType.Rotating,
                    _ => family.RotationType,
                },
                Tokens = family.Tokens.Add(Successor(family, presented, outcome, policy, now)),
            }),
        };

    /// <summary>The current token has arrived: nothing displaces it any more.</summary>
    public static ModelFamily EndRecovery(ModelFamily family) =>
        family with { Tokens = family.Tokens.SetItem(family.Tokens.Count - 1, family.Current with { RecoverUntil = null }) };

    /// <summary>How long a lost answer can be recovered under a policy: a day for families bound to a key, if it names nothing else.</summary>
    public static TimeSpan RecoveryWindow(ModelFamily family, RotationPolicy policy)
    {
        if (policy.Leeway <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        return policy.RecoveryWindow > TimeSpan.Zero ? policy.RecoveryWindow
            : family.Grant.SenderKeyThumbprint is null ? TimeSpan.Zero
            : TimeSpan.FromDays(1);
    }

    /// <summary>What the token that is replaced now replaced itself, and what was before that, as far as leeway will reach: no further than the first whose
    /// own leeway is over.</summary>
    private static ImmutableList<ModelReplaced> Earlier(ModelToken current, ExchangeOutcome outcome, RotationPolicy policy, DateTimeOffset now) =>
        outcome == ExchangeOutcome.Recovered || current.Earlier is not { } earlier ? []
        : [.. earlier.Prepend(new ModelReplaced(current.Replaces!, current.IssuedAt, current.LeewayUntil!.Value))
            .Take(policy.LeewayGenerations - 1)
            .TakeWhile(replaced => replaced.IsInside(now, policy))];

    private static ModelToken Successor(ModelFamily family, string presented, ExchangeOutcome outcome, RotationPolicy policy, DateTimeOffset now)
    {
        var window = RecoveryWindow(family, policy);
        return new ModelToken
        {
            Handle = $"{family.FamilyId:N} {family.Tokens.Count}",
            Generation = family.Generation + 1,
            IssuedAt = now,
            Replaces = presented,
            LeewayUntil = policy.Leeway > TimeSpan.Zero ? now + policy.Leeway : null,
            RecoverUntil = outcome != ExchangeOutcome.Recovered && window > TimeSpan.Zero ? now + window : null,
            Earlier = policy.LeewayGenerations > 1 ? Earlier(family.Current, outcome, policy, now) : null,
        };
    }
}
