namespace RefreshTokenRotation;

/// <summary>Receives events: to warn users, to write an audit log, or to count.</summary>
/// <remarks>
/// <para>Each handler has its own queue and gets one event at a time. Events that report a change come in the order in which they were published: what one call
/// caused comes before what followed from its response. Calls that run at once may publish in any order;
/// <see cref="TokenFamilyInfo.Version"/> gives that of their writes.</para>
/// <para>Rejections, and reuse in shadow mode, change nothing, and anyone who holds a token can repeat them. They wait in their own lane, where
/// equal ones are merged (<see cref="RefreshTokenEvent.Occurrences"/>). If the handler falls behind, they come later than the changes around them.
/// They never displace an event that reports a change.</para>
/// <para>An exception is logged, and the next event follows. A handler that hangs loses events, which are counted by lane; no exchange waits for it. A
/// handler may be scoped: it then lives in a scope per event.</para>
/// </remarks>
public interface IRefreshTokenEventHandler
{
    /// <summary>Handles one event.</summary>
    /// <param name="refreshTokenEvent">The event; switch on its type.</param>
    /// <param name="cancellationToken">Cancelled when the time to finish after the stop of the host is over.</param>
    /// <returns>A task that ends when the event is handled.</returns>
    ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken);
}
