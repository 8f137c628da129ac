namespace RefreshTokenRotation.AspNetCore;

/// <summary>Delivers signed security events. <c>AddSecurityEventPush</c> registers one that pushes them; a host may add others.</summary>
public interface ISecurityEventDelivery
{
    /// <summary>Takes over one event. It is called in the order of the events, from their queue, so no exchange waits for it.</summary>
    /// <param name="token">The event.</param>
    /// <param name="cancellationToken">Cancelled when the time to finish after the stop of the host is over.</param>
    /// <returns>A task that ends when the event is delivered, or kept so that it will be. An exception is logged, and the event is lost.</returns>
    ValueTask DeliverAsync(SecurityEventToken token, CancellationToken cancellationToken);
}

/// <summary>A signed security event (RFC 8417).</summary>
/// <param name="Id">Its id (<c>jti</c>).</param>
/// <param name="EventType">Its type, one of <see cref="SecurityEventTypes"/>.</param>
/// <param name="Value">The token in compact form. It names a user.</param>
public sealed record SecurityEventToken(string Id, string EventType, string Value)
{
    /// <summary>Shows no user.</summary>
    /// <returns>Type and id.</returns>
    public override string ToString() => $"{EventType} {Id}";
}
