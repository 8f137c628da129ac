namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What answers tell of a family's remaining life, in whole seconds (draft-ietf-oauth-refresh-token-expiration-03); null for a limit that it does not have.</summary>
/// <param name="Timeout">How long the token may stay unused. Never longer than the authorization lasts.</param>
/// <param name="Authorization">How long the authorization lasts.</param>
internal readonly record struct StatedLifetimes(long? Timeout, long? Authorization)
{
    public const string TimeoutMember = "refresh_token_timeout";
    public const string AuthorizationMember = "authorization_expires_in";

    public static StatedLifetimes Of(TokenFamilyInfo family, DateTimeOffset now)
    {
        var (timeout, authorization) = (Seconds(family.IdleExpiresAt, now), Seconds(family.AbsoluteExpiresAt, now));
        return new(authorization < timeout ? authorization : timeout, authorization);
    }

    private static long? Seconds(DateTimeOffset? end, DateTimeOffset now) => end is { } instant ? Math.Max(0, (long)(instant - now).TotalSeconds) : null;
}
