using System.Globalization;

namespace RefreshTokenRotation.Rotation;

/// <summary>How old a presented token is, for whoever reads events and logs.</summary>
/// <param name="GenerationsBack">How many generations before the current one; what the token claims, where nothing proves it.</param>
/// <param name="Elapsed">How long ago it was replaced, or at least how long; null if it is the current one, or if nothing is known.</param>
/// <param name="IsExact">Whether both are proved.</param>
internal readonly record struct TokenAge(long GenerationsBack, TimeSpan? Elapsed, bool IsExact)
{
    /// <summary>The age in words, for the log.</summary>
    public string Words => Elapsed is not { } elapsed ? "an unknown time"
        : string.Create(CultureInfo.InvariantCulture, $"{(IsExact ? string.Empty : "at least ")}{TimeSpan.FromSeconds((long)elapsed.TotalSeconds):c}");

    /// <summary>The age of a token as a decision found it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="family">Its family, as the decision found it.</param>
    /// <param name="standing">What the decision found the token to be.</param>
    /// <param name="now">The time of the decision.</param>
    public static TokenAge Of(PresentedToken token, TokenFamily family, TokenStanding standing, DateTimeOffset now)
    {
        if (standing == TokenStanding.Current)
        {
            return new(0, null, IsExact: true);
        }

        if (standing == TokenStanding.Previous)
        {
            return new(1, Since(family.RotatedAt, now), IsExact: true);
        }

        if (!Trail.TryRead(family, out var trail))
        {
            return new(Math.Max(0, family.Generation - token.Generation), Since(family.RotatedAt, now), IsExact: false);
        }

        // A claim says no more than how long ago at least: never less than the previous token's.
        var generation = Math.Min(token.GenerationIn(trail), family.Generation - 1);
        return standing == TokenStanding.Earlier
            ? new(family.Generation - generation, Since(trail.ReplacedAt(generation), now), IsExact: true)
            : new(Math.Max(0, family.Generation - token.Generation), Since(trail.ReplacedAt(generation), now), IsExact: false);
    }

    private static TimeSpan? Since(DateTimeOffset? at, DateTimeOffset now) =>
        now - at is not { } elapsed ? null : elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero;
}
