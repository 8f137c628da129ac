namespace AuthorizationServer.Lab;

/// <summary>The clock of one world. It moves only when the visitor moves it.</summary>
internal sealed class LabClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _now = Start;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
