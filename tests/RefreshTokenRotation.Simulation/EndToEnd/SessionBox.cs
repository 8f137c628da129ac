using RefreshTokenRotation.Client;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>What the processes of one user share: the browser's storage, a file, or a row of the app's database. With a lock that a process's death releases.</summary>
internal sealed class SessionBox
{
    private readonly LinkedList<(Machine Machine, int Life, TaskCompletionSource Turn)> _waiting = new();
    private (Machine Machine, int Life)? _holder;

    /// <summary>What the package keeps.</summary>
    public TokenSessionRecord? Record { get; set; }

    /// <summary>What other clients keep.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>The end of the stored access token, by the true clock.</summary>
    public TimeSpan AccessUntil { get; set; }

    public async Task LockAsync(Machine machine, CancellationToken cancellationToken)
    {
        Clean();
        if (_holder is null)
        {
            _holder = (machine, machine.Life);
            return;
        }

        var turn = new TaskCompletionSource();
        var place = _waiting.AddLast((machine, machine.Life, turn));
        await using var registration = cancellationToken.Register(() =>
        {
            if (place.List is not null)
            {
                _waiting.Remove(place);
                turn.SetCanceled(cancellationToken);
            }
        });
        await turn.Task;
    }

    public void Unlock()
    {
        _holder = null;
        Clean();
    }

    /// <summary>Passes the lock on if its holder is dead or gone.</summary>
    public void Clean()
    {
        if (_holder is { } holder && holder.Machine.Life == holder.Life)
        {
            return;
        }

        _holder = null;
        while (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            if (next.Value.Machine.Life == next.Value.Life)
            {
                _holder = (next.Value.Machine, next.Value.Life);
                next.Value.Machine.After(TimeSpan.Zero, next.Value.Turn.SetResult);
                return;
            }
        }
    }

    /// <summary>The box as the package's store, in one process.</summary>
    public ITokenSessionStore View(Machine machine) => new ViewOfMachine(this, machine);

    private sealed class ViewOfMachine(SessionBox box, Machine machine) : ITokenSessionStore
    {
        private static readonly TimeSpan Way = TimeSpan.FromMilliseconds(0.3);

        public async ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken)
        {
            await machine.PassAsync(Way);
            return box.Record;
        }

        public async ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken)
        {
            await machine.PassAsync(Way);
            if (box.Record?.Version != expectedVersion)
            {
                return false;
            }

            box.Record = record;
            await machine.PassAsync(Way);
            return true;
        }

        public async ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken)
        {
            await machine.PassAsync(Way);
            if (box.Record?.Version != expectedVersion)
            {
                return false;
            }

            box.Record = null;
            return true;
        }

        public async ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken)
        {
            await machine.PassAsync(Way);
            await box.LockAsync(machine, cancellationToken);
            return new HeldLock(box);
        }

        private sealed class HeldLock(SessionBox box) : IAsyncDisposable
        {
            public ValueTask DisposeAsync()
            {
                box.Unlock();
                return default;
            }
        }
    }
}
