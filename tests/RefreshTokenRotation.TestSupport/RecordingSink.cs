using System.Collections.Concurrent;
using RefreshTokenRotation.Internal;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Keeps every event, at once and in order.</summary>
internal sealed class RecordingSink : EventSink
{
    private readonly ConcurrentQueue<RefreshTokenEvent> _events = new();

    public override bool IsEnabled => true;

    public IReadOnlyCollection<RefreshTokenEvent> All => _events;

    public IEnumerable<T> Of<T>()
        where T : RefreshTokenEvent => _events.OfType<T>();

    public override void Publish(RefreshTokenEvent refreshTokenEvent) => _events.Enqueue(refreshTokenEvent);

    public void Clear() => _events.Clear();
}
