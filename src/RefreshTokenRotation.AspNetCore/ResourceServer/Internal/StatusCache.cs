using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Asks the source at most once a family and cache time. "Active" and "ended" hold for every token of a family, "inactive" for the one
/// token that it was asked by.</summary>
internal sealed class StatusCache
{
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromDays(1);

    /// <summary>How long the source may take until the first question has ended: compiling and connecting come on top there.</summary>
    private static readonly TimeSpan ColdTimeout = TimeSpan.FromSeconds(10);

    private readonly IAccessTokenStatusSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly long _cacheTime;
    private readonly Lock _lock = new();
    private readonly BoundedMap<FamilyKey, StatusQuestion> _questions;
    private long _askedAfter = long.MinValue;
    private volatile bool _isWarm;

    public StatusCache(
        IAccessTokenStatusSource source, IOptions<ResourceServerOptions> options, TimeProvider time, RevocationSignal revocations, ILogger<StatusCache> logger)
    {
        (_source, _time, _logger, _timeout) = (source, time, logger, options.Value.SourceTimeout);
        _cacheTime = Timestamps(time, options.Value.CacheTime);
        _questions = new(options.Value.CacheEntries);
        revocations.Heard = AskAgain;
    }

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _questions.Count;
            }
        }
    }

    /// <summary>What the source said, null if it failed; and how long before the request it was asked, zero if after.</summary>
    public async ValueTask<(AccessTokenStatus? Status, TimeSpan Age)> GetAsync(PresentedFamily presented, string? accessToken, CancellationToken cancellationToken)
    {
        var hash = accessToken is null ? null : Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(accessToken)));
        var now = _time.GetTimestamp();
        var mine = new StatusQuestion(presented.Key, hash, now);
        var question = Join(mine, mine.Token, mine.Family);
        var status = await AnswerAsync().ConfigureAwait(false);
        if (status == AccessTokenStatus.Inactive && question.Token != mine.Token)
        {
            // Another token of the same family turned out to be inactive, which says nothing of this one.
            question = Join(mine, mine.Token);
            status = await AnswerAsync().ConfigureAwait(false);
        }

        return (status, _time.GetElapsedTime(question.AskedAt, Math.Max(now, question.AskedAt)));

        async ValueTask<AccessTokenStatus?> AnswerAsync()
        {
            if (question == mine)
            {
                // Not under the caller's token: others wait for the same answer.
                _ = AskAsync(question, accessToken, presented.ExpiresAt);
            }

            return await question.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What was asked before a revocation of this node is not good any more, though its answer may still be on its way.</summary>
    private void AskAgain(TokenFamilyFilter filter)
    {
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            if (filter.FamilyId is { } family)
            {
                var key = new FamilyKey(filter.TenantId, family);
                if (_questions.TryGet(key, out _))
                {
                    _questions.Set(key, StatusQuestion.Outdated(key, now));
                }
            }
            else
            {
                _askedAfter = now;
            }
        }
    }

    /// <summary>The first good question under one of the keys, or else the caller's, which is kept under the last key from now on.</summary>
    private StatusQuestion Join(StatusQuestion mine, params ReadOnlySpan<FamilyKey> keys)
    {
        lock (_lock)
        {
            foreach (var key in keys)
            {
                if (_questions.TryGet(key, out var found) && found.IsGood(mine.AskedAt, _cacheTime, _askedAfter))
                {
                    return found;
                }
            }

            _questions.Set(keys[^1], mine);
            return mine;
        }
    }

    private async Task AskAsync(StatusQuestion question, string? accessToken, DateTimeOffset? expiresAt)
    {
        AccessTokenStatus? status = null;
        var limit = _isWarm || _timeout > ColdTimeout ? _timeout : ColdTimeout;
        try
        {
            using var giveUp = new CancellationTokenSource(limit, _time);
            var request = new AccessTokenStatusRequest
            {
                FamilyId = question.Family.FamilyId,
                TenantId = question.Family.TenantId,
                AccessToken = accessToken,
            };

            // Waited for from outside: a source that hangs need not listen to the token.
            var told = await _source.GetStatusAsync(request, giveUp.Token).AsTask().WaitAsync(giveUp.Token).ConfigureAwait(false);
            status = Enum.IsDefined(told) ? told : throw new InvalidOperationException($"The source of access token statuses returned {told}.");
            if (status == AccessTokenStatus.Ended)
            {
                _logger.FamilyHasEnded(question.Family.FamilyId);
            }
        }
        catch (Exception fault)
        {
            _logger.StatusUnknown(fault is OperationCanceledException
                ? new TimeoutException($"The source of access token statuses took longer than {limit} ({nameof(ResourceServerOptions.SourceTimeout)} is {_timeout}).", fault)
                : fault);
        }
        finally
        {
            _isWarm = true;
            Keep(question, status);
            question.Complete(status, RefusedUntil(expiresAt));
        }
    }

    /// <summary>Puts an answered question where it is looked for.</summary>
    private void Keep(StatusQuestion question, AccessTokenStatus? status)
    {
        lock (_lock)
        {
            RemoveFrom(question.Family, question);
            RemoveFrom(question.Token, question);
            if (status == AccessTokenStatus.Inactive)
            {
                _questions.Set(question.Token, question);
            }
            else if (status == AccessTokenStatus.Ended
                || (status == AccessTokenStatus.Active && !(_questions.TryGet(question.Family, out var other) && other.AskedAt >= question.AskedAt)))
            {
                _questions.Set(question.Family, question);
            }
        }
    }

    private void RemoveFrom(FamilyKey key, StatusQuestion question)
    {
        if (_questions.TryGet(key, out var found) && found == question)
        {
            _questions.Remove(key);
        }
    }

    /// <summary>An ended family stays so: there is nothing to ask until its token is no longer accepted by anybody.</summary>
    private long RefusedUntil(DateTimeOffset? expiresAt)
    {
        var rest = expiresAt is { } expiry ? expiry - _time.GetUtcNow() : TimeSpan.Zero;
        return _time.GetTimestamp() + Timestamps(_time, rest < TimeSpan.Zero ? TimeSpan.Zero : rest < LongestRefusal ? rest : LongestRefusal);
    }

    private static long Timestamps(TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

/// <summary>One question to the source, asked or answered, which every caller that comes in time joins.</summary>
internal sealed class StatusQuestion(FamilyKey family, string? tokenHash, long askedAt)
{
    private readonly TaskCompletionSource<AccessTokenStatus?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _refusedUntil = long.MinValue;
    private bool _isOutdated;

    public FamilyKey Family => family;

    /// <summary>The token that it was asked by, as a key of its own.</summary>
    public FamilyKey Token => family with { TokenHash = tokenHash ?? string.Empty };

    /// <summary>The timestamp before the question: an answer is as old as its question.</summary>
    public long AskedAt => askedAt;

    /// <summary>Null: the source failed.</summary>
    public Task<AccessTokenStatus?> Answer => _answer.Task;

    /// <summary>Replaces a question that is no longer good: answers to earlier questions are not kept.</summary>
    public static StatusQuestion Outdated(FamilyKey family, long now) => new(family, null, now) { _isOutdated = true };

    /// <summary>Whether the answer, which may still be on its way, may be used.</summary>
    public bool IsGood(long now, long cacheTime, long askedAfter) =>
        !_isOutdated && ((now - askedAt < cacheTime && askedAt > askedAfter) || now < Volatile.Read(ref _refusedUntil));

    public void Complete(AccessTokenStatus? status, long refusedUntil)
    {
        if (status == AccessTokenStatus.Ended)
        {
            Volatile.Write(ref _refusedUntil, refusedUntil);
        }

        _answer.SetResult(status);
    }
}

/// <summary>Passes on what this node revokes. A class of its own: the cache that listens needs the engine that reports.</summary>
internal sealed class RevocationSignal : IRevocationObserver
{
    /// <summary>Hears which families may have ended.</summary>
    public Action<TokenFamilyFilter>? Heard { get; set; }

    public void OnRevoked(TokenFamilyFilter filter) => Heard?.Invoke(filter);
}
