namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>What the host's hooks say to an exchange that would succeed.</summary>
/// <param name="Refuse">Whether they refuse.</param>
/// <param name="AbsoluteBound">The instant to which they shorten the absolute expiry; null if they don't.</param>
/// <param name="IdleBound">The instant to which they shorten the idle expiry; null if they don't.</param>
internal sealed record ModelHookAnswer(bool Refuse = false, DateTimeOffset? AbsoluteBound = null, DateTimeOffset? IdleBound = null);
