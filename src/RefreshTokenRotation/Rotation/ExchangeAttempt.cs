using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using RefreshTokenRotation.Adoption;

namespace RefreshTokenRotation.Rotation;

/// <summary>What one call takes once and carries from pass to pass: so it knows its own write when it sees it.</summary>
internal sealed class ExchangeAttempt(ExchangeRequest request, PresentedToken token, LegacyPresentation? legacy = null) : IDisposable
{
    private const int MaxPasses = 16;
    private const int MaxFaults = 3;
    private const int MaxRefusedSwaps = 1000;

    private Secrets.Buffer _secret;
    private Successor? _successor;
    private bool _everSucceeded;
    private bool _foundCurrent;
    private bool _useMetConflict;
    private ushort _passes;
    private ushort _faults;
    private ushort _refusedSwaps;
    private long _version;

    public ExchangeRequest Request { get; } = request;

    public PresentedToken Token { get; } = token;

    /// <summary>The legacy token that <see cref="Token"/> replaces; null if a token of this library was presented.</summary>
    public LegacyPresentation? Legacy { get; } = legacy;

    /// <summary>Resolved after the first find, and kept.</summary>
    public RotationPolicy? Policy { get; set; }

    /// <summary>The action of the pass before; null in the first.</summary>
    public ExchangeAction? LastAction { get; private set; }

    /// <summary>Whether this pass decided row 9, and the pass before too, whose write met another one.</summary>
    public bool RepeatsUse { get; private set; }

    /// <summary>The decision whose write of a fresh hash may have happened.</summary>
    public Decision PendingDecision { get; private set; }

    /// <summary>The access token that was produced for it.</summary>
    public AccessToken? PendingAccessToken { get; private set; }

    /// <summary>The revocation that a hook asked for, whose write may have happened.</summary>
    public HookRevocation? HookRevocation { get; set; }

    /// <summary>The words for a process that shares a token with others and comes too late. Where only the previous token has leeway, all refusals look alike.</summary>
    public string? TooLate => Policy!.LeewayGenerations > 1
        ? "Unknown or invalid refresh token: it was replaced too long ago, and the session has ended. Log in again, and store each new token where every process reads it."
        : null;

    /// <summary>Adds a pass's decision to the history.</summary>
    /// <exception cref="RefreshTokenUnavailableException">Another call used the token while this one ran, and what looks like a replay or a lost response
    /// may be of this call's own doing. The client's retry is judged afresh.</exception>
    public void Record(Decision decision)
    {
        // A token that was current has been rotated meanwhile, and the answer to that may have arrived: nothing is known to be lost.
        var recoversTheWinner = decision.Action == ExchangeAction.Recover && _foundCurrent;
        var detectsItself = decision.Action == ExchangeAction.DetectReuse && _everSucceeded && Policy!.Leeway > TimeSpan.Zero;
        LastAction = decision.Action;
        if (decision.IsSuccess)
        {
            RepeatsUse = _useMetConflict && decision.Action == ExchangeAction.Use;
            _useMetConflict = false;
            _everSucceeded = true;
            _foundCurrent |= decision.Standing == TokenStanding.Current;
        }

        if (recoversTheWinner || detectsItself)
        {
            throw Unavailable.Overtaken();
        }
    }

    /// <summary>Remembers that the write of this pass met another one.</summary>
    public void MeetConflict() => _useMetConflict = LastAction == ExchangeAction.Use;

    /// <summary>The next secret's hash and salt. Drawn once.</summary>
    public Successor Successor(RandomSource random)
    {
        if (_successor is { } drawn)
        {
            return drawn;
        }

        Opaque256? salt = null;
        random.Fill(_secret);
        if (Policy!.Leeway > TimeSpan.Zero)
        {
            if (Policy.LeewayGenerations > 1)
            {
                ((Span<byte>)_secret)[Trail.SaltSize..].Clear();
            }

            salt = new Opaque256(_secret);
            Secrets.Derive(Token.Secret, salt.Value, _secret);
        }

        var successor = new Successor(Secrets.Hash(_secret), salt);
        _successor = successor;
        return successor;
    }

    /// <summary>The token that goes out: the presented one of a non-rotating family, the known successor, or the one of this call's write.</summary>
    public RefreshToken AnswerToken(Decision decision, string prefix, long generation) => decision.Action switch
    {
        ExchangeAction.Use when Legacy is null => Request.RefreshToken,
        ExchangeAction.Use => Token.Sibling(prefix, generation, Token.Secret),
        ExchangeAction.Reissue => Token.Sibling(prefix, generation, Token.Successor),
        _ => SuccessorToken(prefix, generation),
    };

    /// <summary>The token that this call's write sends out.</summary>
    public RefreshToken SuccessorToken(string prefix, long generation) => Token.Sibling(prefix, generation, _secret);

    /// <summary>Whether a row is the one that this call wrote: it holds this call's own fresh hash, and not just a known one.</summary>
    public bool Wrote(TokenFamily? family) =>
        PendingDecision.IssuesSuccessor && family is { RevokedAt: null } && family.SecretHash == _successor?.Hash;

    /// <summary>Remembers a write of a fresh hash, before it is tried.</summary>
    public void Expect(Decision decision, AccessToken? accessToken)
    {
        PendingDecision = decision;
        PendingAccessToken = accessToken;
    }

    /// <summary>Counts a write whose outcome is unknown.</summary>
    public void CountFault(RefreshTokenUnavailableException fault)
    {
        if (++_faults >= MaxFaults)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <summary>Counts a pass that has to be repeated. The bound does not hold for a revocation after a reuse: other writers make progress.</summary>
    public void CountPass(TokenFamily read)
    {
        // A store that refuses a swap though nobody else writes is broken or reads from a replica.
        _refusedSwaps = (ushort)(read.Version == _version ? _refusedSwaps + 1 : 0);
        _version = read.Version;
        if ((++_passes >= MaxPasses && LastAction != ExchangeAction.DetectReuse) || _refusedSwaps >= MaxRefusedSwaps)
        {
            throw Unavailable.Contended();
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);
}

/// <summary>What a row keeps of the next secret.</summary>
/// <param name="Hash">SHA-256 of it.</param>
/// <param name="Salt">What it was derived with; null if leeway is off and it is random.</param>
internal readonly record struct Successor(Opaque256 Hash, Opaque256? Salt);
