using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>What a token really is in a stored row.</summary>
internal static class Standing
{
    public static bool IsCurrent(RefreshToken token, TokenFamily row) => Of(token, row) == TokenStanding.Current;

    /// <summary>Whether a token is good at a time: the current one, or one that leeway reaches.</summary>
    public static bool IsGood(RefreshToken token, TokenFamily row, RotationPolicy policy, DateTimeOffset now)
    {
        using var parsed = PresentedToken.Parse(token, ["rtr_"])!;
        return parsed.StandingIn(row) switch
        {
            TokenStanding.Current => true,
            TokenStanding.Previous => now < row.LeewayUntil && now - row.RotatedAt < policy.Leeway,
            _ => parsed.IsEarlier(row, policy) && parsed.IsInsideLeeway(row, policy, now),
        };
    }

    public static Opaque256 LookupKey(RefreshToken token)
    {
        using var parsed = PresentedToken.Parse(token, ["rtr_"])!;
        return parsed.LookupKey;
    }

    private static TokenStanding Of(RefreshToken token, TokenFamily row)
    {
        using var parsed = PresentedToken.Parse(token, ["rtr_"])!;
        return parsed.StandingIn(row);
    }
}
