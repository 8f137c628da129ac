namespace RefreshTokenRotation;

/// <summary>How ended families are deleted in the background.</summary>
public sealed class PruningOptions
{
    /// <summary>Whether the host deletes ended families in the background while it runs. Switch it off on nodes where something else prunes.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How long an ended family is kept, so that its tokens are still recognized.</summary>
    /// <value>Default: 7 days. From zero to 3,650 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long to wait between two runs. Up to a tenth is added at random, so that nodes don't run together.</summary>
    /// <value>Default: 1 hour. From 1 minute to 7 days.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many families one statement deletes at most.</summary>
    /// <value>Default: 1,000. From 1 to 10,000.</value>
    public int BatchSize { get; set; } = 1000;

    /// <summary>How long to wait between two batches of one run, so that exchanges go first.</summary>
    /// <value>Default: 100 ms. From zero to 1 minute.</value>
    public TimeSpan BatchPause { get; set; } = TimeSpan.FromMilliseconds(100);
}
