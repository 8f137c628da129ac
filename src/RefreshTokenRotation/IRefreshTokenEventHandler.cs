namespace RefreshTokenRotation;

/// <summary>Receives what happened: to warn users, to write an audit log, to count.</summary>
/// <remarks>
/// Each handler has a queue of its own and gets one event at a time, in the order in which they were told: what one call caused comes before
/// what followed from its answer. Calls that run at once may tell in any order; <see cref="TokenFamilyInfo.Version"/> gives that of their writes. An exception is logged, and the next event comes. A handler that hangs loses events, which are counted; no exchange waits for it.
/// A handler is a singleton.
/// </remarks>
public interface IRefreshTokenEventHandler
{
    /// <summary>Handles one event.</summary>
    /// <param name="refreshTokenEvent">The event; switch on its type.</param>
    /// <param name="cancellationToken">Cancelled when the time to finish after the stop of the host is over.</param>
    /// <returns>A task that ends when the event is handled.</returns>
    ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken);
}
