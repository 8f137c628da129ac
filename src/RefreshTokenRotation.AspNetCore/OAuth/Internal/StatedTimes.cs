using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The leeway and the lifetimes that responses state, if the host asks for them.</summary>
internal sealed class StatedTimes(IRotationPolicyResolver policies, TimeProvider time, IOptions<RefreshTokenEndpointOptions> options)
{
    private readonly bool _statesLifetimes = options.Value.StateLifetimes;
    private readonly bool _isStated = options.Value.StateLeeway;

    /// <summary>The leeway of the family's policy; null if responses do not state it.</summary>
    public async ValueTask<TimeSpan?> FindLeewayAsync(TokenFamilyInfo family, CancellationToken cancellationToken) => _isStated
        ? (await policies.ResolveAsync(new RotationPolicyContext(family.ClientId, family.TenantId, family.Resources), cancellationToken).ConfigureAwait(false)).Leeway
        : null;

    /// <summary>What is left of the family's life; nothing if responses do not state it.</summary>
    public StatedLifetimes LifetimesOf(TokenFamilyInfo family) => _statesLifetimes ? StatedLifetimes.Of(family, time.GetUtcNow()) : default;
}

/// <summary>A family's remaining life as responses state it, in whole seconds (draft-ietf-oauth-refresh-token-expiration-03); null for a limit that it does not have.</summary>
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
