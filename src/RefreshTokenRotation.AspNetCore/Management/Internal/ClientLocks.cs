namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>Lets changes of one client come one after the other in this process. Clients share a fixed number of locks, so that made-up ids fill no memory.</summary>
internal sealed class ClientLocks
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1))];

    public async ValueTask<Entered> EnterAsync(string tenantId, string clientId, CancellationToken cancellationToken)
    {
        var semaphore = _locks[(uint)HashCode.Combine(tenantId, clientId) % (uint)_locks.Length];
        await semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Entered(semaphore);
    }

    internal readonly struct Entered(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
