using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>
/// All that an engine sees: store, clock, randomness, policy, signer. It replays what a call was told, and stops the call at the first
/// question that has no answer yet, by a task that never ends. Nothing runs on another thread.
/// </summary>
internal sealed class Stage(Universe universe, IReadOnlyList<RotationPolicy> policies) : RandomSource, ITokenStore, IRotationPolicyResolver
{
    private readonly List<CallNode.Told> _script = [];
    private readonly StageClock _clock = new();
    private CallRoot? _root;
    private int _next;
    private int _drawn;
    private int _policy;

    /// <summary>What the call waits for; null if it does not.</summary>
    public Asked? Asked { get; private set; }

    /// <summary>The family that a log-in added.</summary>
    public TokenFamily? Added { get; private set; }

    public TimeProvider Clock => _clock;

    public bool KeepsTrail => true;

    public RotationPolicy Policy => policies[_policy];

    /// <summary>Sets the scene for one run of a call.</summary>
    public void Begin(CallRoot root, CallNode? node)
    {
        _root = root;
        _script.Clear();
        for (; node?.Parent is not null; node = node.Parent)
        {
            _script.Add(node.Last);
        }

        _script.Reverse();
        Rewind();
    }

    /// <summary>Back to where the run began.</summary>
    public void Rewind()
    {
        _next = 0;
        _drawn = 0;
        _policy = 0;
        Asked = null;
        _clock.Now = Universe.Start;
    }

    /// <summary>Different for every draw of every call, and the same whenever a call is replayed.</summary>
    public override void Fill(Span<byte> bytes)
    {
        bytes.Clear();
        bytes[0] = (byte)_root!.Kind;
        bytes[1] = (byte)_root.Actor;
        bytes[2] = (byte)_root.Count;
        bytes[3] = (byte)_drawn++;
        bytes[15] = 0xA5;
    }

    public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken) => new(Policy);

    public ValueTask<AccessToken> SignAsync() =>
        Tell(new Asked.Sign(), static (_, _) => new AccessToken { Value = "access", Lifetime = TimeSpan.FromMinutes(5) });

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        Tell(new Asked.Find(lookupKey), static (stage, reply) => stage.Row(reply));

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        Tell(new Asked.Swap(universe.RowId(family), expectedVersion), static (_, reply) => reply.Kind == ReplyKind.Written);

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        Tell<IReadOnlyList<TokenFamily>>(
            new Asked.List(query.Filter.FamilyId!.Value), static (stage, reply) => stage.Row(reply) is { } row ? [row] : []);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        Tell(new Asked.Revoke(filter, revocation), static (_, reply) => (long)reply.Count);

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Added = family;
        return new([]);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    private TokenFamily? Row(Reply reply) => reply.Row < 0 ? null : universe.Rows[reply.Row];

    private ValueTask<T> Tell<T>(Asked asked, Func<Stage, Reply, T> read)
    {
        if (_next == _script.Count)
        {
            Asked = asked;
            return new ValueTask<T>(new TaskCompletionSource<T>().Task);
        }

        var told = _script[_next++];
        _clock.Now = Universe.At(told.Now);
        _policy = told.Policy;
        return told.Reply.Kind == ReplyKind.Failed
            ? ValueTask.FromException<T>(new TimeoutException("The world made this call fail."))
            : new ValueTask<T>(read(this, told.Reply));
    }

    private sealed class StageClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
