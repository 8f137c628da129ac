namespace Quickstart;

/// <summary>A clock that the sample moves. A host keeps <see cref="TimeProvider.System"/>.</summary>
internal sealed class StoryClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
