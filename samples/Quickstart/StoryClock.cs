namespace Quickstart;

/// <summary>A clock that moves when the story moves it. A host leaves <see cref="TimeProvider.System"/> in place.</summary>
internal sealed class StoryClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
