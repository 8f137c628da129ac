using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>What the world knows of a family: every commit of its row with its true time, and every token that went out. It shares no code with the engine.</summary>
internal sealed class FamilyAccount(int user, Guid id, TimeSpan startedAt)
{
    private readonly List<Commit> _commits = [new(0, -1, startedAt, IsRecovery: false)];

    public int User { get; } = user;

    public Guid Id { get; } = id;

    public TimeSpan StartedAt { get; } = startedAt;

    public TimeSpan LastWrittenAt { get; private set; } = startedAt;

    /// <summary>When the revocation was committed, and why.</summary>
    public (TimeSpan At, RevocationReason Reason)? Revoked { get; private set; }

    /// <summary>Whether the cap ended it.</summary>
    public bool IsEvicted { get; set; }

    public long Current => _commits[^1].Generation;

    /// <summary>The token that went out for each generation.</summary>
    public Dictionary<long, string> Answered { get; } = [];

    /// <summary>Enters a write. Returns what is wrong with it.</summary>
    /// <param name="before">The row that the store held.</param>
    /// <param name="after">The row that it holds now.</param>
    /// <param name="presented">The generation of the token that was presented; null if the write does not belong to an exchange.</param>
    /// <param name="at">The true time.</param>
    public string? Enter(TokenFamily? before, TokenFamily after, long? presented, TimeSpan at)
    {
        LastWrittenAt = at;
        if (after.RevokedAt is not null)
        {
            Revoke(at, after.RevocationReason ?? default);
            return null;
        }

        if (Revoked is not null)
        {
            return "a revoked family came back to life";
        }

        if (after.Generation == Current)
        {
            return before is null || before.SecretHash == after.SecretHash ? null : $"generation {after.Generation} was written twice: two lineages";
        }

        if (after.Generation != Current + 1)
        {
            return $"generation {Current} was followed by generation {after.Generation}";
        }

        var parent = presented ?? Current;
        _commits.Add(new(after.Generation, parent, at, IsRecovery: parent != Current));
        return null;
    }

    public void Revoke(TimeSpan at, RevocationReason reason) => Revoked ??= (at, reason);

    /// <summary>Whether a token would have been right to present at some time of a call.</summary>
    public bool AcceptsSometime(long generation, RotationPolicy policy, TimeSpan began, TimeSpan ended, TimeSpan slack) =>
        Instants(began, ended).Any(at => Accepts(generation, policy, at, slack));

    /// <summary>Whether a token was right to present all through a call.</summary>
    public bool AcceptsAlways(long generation, RotationPolicy policy, TimeSpan began, TimeSpan ended, TimeSpan slack) =>
        Instants(began, ended).All(at => Accepts(generation, policy, at, -slack));

    /// <summary>When a token was replaced by the one that was derived from it; null if it never was.</summary>
    public TimeSpan? ReplacedAt(long generation) => _commits.FindLast(commit => commit.Parent == generation)?.At;

    private IEnumerable<TimeSpan> Instants(TimeSpan began, TimeSpan ended)
    {
        yield return began;
        for (var index = _commits.Count - 1; index >= 0 && _commits[index].At >= began; index--)
        {
            if (_commits[index].At <= ended)
            {
                yield return _commits[index].At;
            }
        }

        yield return ended;
    }

    private bool Accepts(long generation, RotationPolicy policy, TimeSpan at, TimeSpan slack)
    {
        var index = _commits.FindLastIndex(commit => commit.At <= at);
        if (index < 0)
        {
            return false;
        }

        var current = _commits[index];
        if (current.Generation == generation)
        {
            return true;
        }

        if (policy.Leeway == TimeSpan.Zero)
        {
            return false;
        }

        var child = current;
        for (var back = 1; back <= policy.LeewayGenerations && child.Parent >= 0; back++)
        {
            if (child.Parent == generation)
            {
                return at - child.At < policy.Leeway + slack
                    || (back == 1 && policy.RecoveryWindow > TimeSpan.Zero && !current.IsRecovery && at - child.At < policy.RecoveryWindow + slack);
            }

            child = _commits[(int)child.Parent];
        }

        return false;
    }

    /// <summary>A generation, the one that it was derived from, and when it was written.</summary>
    private sealed record Commit(long Generation, long Parent, TimeSpan At, bool IsRecovery);
}
