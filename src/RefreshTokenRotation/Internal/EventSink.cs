namespace RefreshTokenRotation.Internal;

/// <summary>Where events go. The seam for simulation.</summary>
internal abstract class EventSink
{
    /// <summary>Whether anybody listens; if not, no event is made.</summary>
    public abstract bool IsEnabled { get; }

    /// <summary>Takes an event and returns at once.</summary>
    public abstract void Publish(RefreshTokenEvent refreshTokenEvent);
}
