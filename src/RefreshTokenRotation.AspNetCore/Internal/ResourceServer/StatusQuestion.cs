namespace RefreshTokenRotation.AspNetCore.Internal.ResourceServer;

/// <summary>One question to the source, asked or answered, which everybody joins who comes in time.</summary>
internal sealed class StatusQuestion(FamilyKey family, string? tokenHash, long askedAt)
{
    private readonly TaskCompletionSource<AccessTokenStatus?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _refusedUntil = long.MinValue;

    public FamilyKey Family => family;

    /// <summary>The token that it was asked by, as a key of its own.</summary>
    public FamilyKey Token => family with { TokenHash = tokenHash ?? string.Empty };

    /// <summary>The timestamp before the question: an answer is as old as its question.</summary>
    public long AskedAt => askedAt;

    /// <summary>Null: the source failed.</summary>
    public Task<AccessTokenStatus?> Answer => _answer.Task;

    /// <summary>Whether the answer, which may still be on its way, may be used.</summary>
    public bool IsGood(long now, long cacheTime) => now - askedAt < cacheTime || now < Volatile.Read(ref _refusedUntil);

    public void Complete(AccessTokenStatus? status, long refusedUntil)
    {
        if (status == AccessTokenStatus.Ended)
        {
            Volatile.Write(ref _refusedUntil, refusedUntil);
        }

        _answer.SetResult(status);
    }
}
