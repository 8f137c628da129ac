using System.Collections.Concurrent;
using System.Transactions;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A store whose reads can be held up, and answer with what was there when they began.</summary>
internal sealed class SlowPolicyStore : IRotationPolicyStore
{
    private TaskCompletionSource? _held;

    public ConcurrentDictionary<string, RotationPolicy?> Policies { get; } = new();

    public ConcurrentQueue<(string TenantId, string ClientId)> Asked { get; } = new();

    public int Reads => Asked.Count;

    public bool ThrowAfterWrite { get; set; }

    public bool MeetsConflicts { get; set; }

    public bool SawTransaction { get; private set; }

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(Exception? fault = null)
    {
        var held = _held!;
        _held = null;
        if (fault is null)
        {
            held.SetResult();
        }
        else
        {
            held.SetException(fault);
        }
    }

    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        Asked.Enqueue((tenantId, clientId));
        SawTransaction |= Transaction.Current is not null;
        var policy = Policies.GetValueOrDefault(clientId);
        await (_held?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
        return policy;
    }

    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        new(Policies.GetValueOrDefault(clientId) is { } policy ? new VersionedRotationPolicy(policy, "1") : null);

    public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        if (MeetsConflicts)
        {
            return new(false);
        }

        Policies[clientId] = policy;
        return ThrowAfterWrite ? throw new TimeoutException("no answer") : new(true);
    }
}
