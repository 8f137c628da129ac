using System.Collections.Concurrent;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>Answers as the test says, and keeps what it was asked.</summary>
internal sealed class ScriptedSource : IAccessTokenStatusSource
{
    public Func<AccessTokenStatusRequest, Task<AccessTokenStatus>> Answer { get; set; } = static _ => Task.FromResult(AccessTokenStatus.Active);

    public ConcurrentQueue<AccessTokenStatusRequest> Questions { get; } = [];

    public ValueTask<AccessTokenStatus> GetStatusAsync(AccessTokenStatusRequest request, CancellationToken cancellationToken)
    {
        Questions.Enqueue(request);
        return new(Answer(request));
    }
}
