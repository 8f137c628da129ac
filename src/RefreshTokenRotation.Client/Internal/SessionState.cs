namespace RefreshTokenRotation.Client;

/// <summary>A session as this process knows it: the tokens of the last reading, and the flights.</summary>
internal sealed class SessionState(TokenSessionKey key, RefreshTokenClientOptions options, TimeProvider time)
{
    private const int MaxTroubledTargets = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<TokenTarget, Task<TokenResult>> _flights = [];
    private readonly Dictionary<TokenTarget, TargetTrouble> _troubled = [];
    private volatile Snapshot? _snapshot;

    public TokenSessionKey Key { get; } = key;

    /// <summary>Of the server, the network and the store.</summary>
    public Backoff Backoff { get; } = new(options, time);

    /// <summary>An answer of the server that the store did not take. Read and written in turn.</summary>
    public UnsavedSession? Unsaved { get; set; }

    public Guid? Version => _snapshot?.Version;

    public SessionData? Data => _snapshot?.Data;

    public DPoPKey? DPoPKey => _snapshot?.Key;

    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _flights.Count == 0 && Unsaved is null && _snapshot?.Tokens.All(token => token.Token.ExpiresAt <= time.GetUtcNow()) != false;
            }
        }
    }

    /// <summary>One exchange at a time in this process, whatever the target: all targets share one refresh token.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        await Turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            Turn.Release();
        }
    }

    public CachedToken? Find(TokenTarget target)
    {
        if (_snapshot is { } snapshot)
        {
            foreach (var token in snapshot.Tokens)
            {
                if (token.Target == target)
                {
                    return token;
                }
            }
        }

        return null;
    }

    public void Publish(Guid version, SessionData data)
    {
        var former = _snapshot;
        var isSameKey = former?.Data.DPoPKey is { } known && data.DPoPKey is { } stored && known.AsSpan().SequenceEqual(stored);

        var proofKey = isSameKey ? former!.Key : DPoPKey.ImportOrNull(data.DPoPKey);
        _snapshot = new Snapshot(version, data, [.. data.AccessTokens.Select(token => new CachedToken(token, options))], proofKey);
    }

    public void Forget() => _snapshot = null;

    /// <summary>The flight for a target, which is started if there is none.</summary>
    public Task<TokenResult> JoinAsync(TokenTarget target, Func<Task<TokenResult>> start, out bool isMine)
    {
        lock (_lock)
        {
            isMine = !_flights.TryGetValue(target, out var flight);
            if (isMine)
            {
                // The flight belongs to no caller: neither the first one's cancellation nor its ambient context reaches it.
                using (ExecutionContext.SuppressFlow())
                {
                    flight = options.StartFlight(() => FlyAsync(target, start));
                }

                _flights.Add(target, flight);
            }

            return flight!;
        }
    }

    /// <summary>What is wrong with a target at the moment; null if all is well.</summary>
    public TargetTrouble? Trouble(TokenTarget target)
    {
        lock (_lock)
        {
            return _troubled.GetValueOrDefault(target) is { Backoff.Remaining.Ticks: > 0 } trouble ? trouble : null;
        }
    }

    /// <summary>Counts a failure of a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="error">The server's error; null where the resource server refuses tokens that are new.</param>
    public void NoteTrouble(TokenTarget target, string? error)
    {
        lock (_lock)
        {
            if (_troubled.Count >= MaxTroubledTargets)
            {
                _troubled.Clear();
            }

            var backoff = _troubled.GetValueOrDefault(target)?.Backoff ?? new Backoff(options, time);
            backoff.Fail();
            _troubled[target] = new TargetTrouble(backoff, error);
        }
    }

    /// <summary>The resource server accepts the target's tokens, or the server grants the target, which only clears its refusal.</summary>
    public void ClearTrouble(TokenTarget target, bool onlyRefusal = false)
    {
        lock (_lock)
        {
            if (!onlyRefusal || _troubled.GetValueOrDefault(target) is { Error: not null })
            {
                _troubled.Remove(target);
            }
        }
    }

    private async Task<TokenResult> FlyAsync(TokenTarget target, Func<Task<TokenResult>> start)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _flights.Remove(target);
            }
        }
    }

    private SemaphoreSlim Turn { get; } = new(1, 1);

    private sealed record Snapshot(Guid Version, SessionData Data, CachedToken[] Tokens, DPoPKey? Key);

    /// <summary>A target whose requests fail, though the session is well.</summary>
    internal sealed record TargetTrouble(Backoff Backoff, string? Error);

    /// <summary>A session that was exchanged and could not be stored yet.</summary>
    internal sealed record UnsavedSession(Guid? Expected, TokenSessionRecord Record, SessionData Data);
}
