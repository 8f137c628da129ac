namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The newest generation of a family whose use this node has reported, or is reporting, to the store.</summary>
internal sealed class Confirmation(long generation)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _retryAt = long.MaxValue;

    public long Generation => generation;

    /// <summary>Ends when the store knows, or failed.</summary>
    public Task End => _end.Task;

    /// <summary>Whether there is nothing to report for a generation.</summary>
    public bool Covers(long presented, long now) =>
        generation > presented || (generation == presented && now < Volatile.Read(ref _retryAt));

    public void Complete(long? retryAt)
    {
        Volatile.Write(ref _retryAt, retryAt ?? long.MaxValue);
        _end.SetResult();
    }
}
