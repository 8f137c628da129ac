using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Asks the source at most once a family and cache time. "Active" and "ended" hold for every token of a family, "inactive" for the one
/// token that it was asked by.</summary>
internal sealed class StatusCache(
    IAccessTokenStatusSource source, IOptions<ResourceServerOptions> options, TimeProvider time, ILogger<StatusCache> logger)
{
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromDays(1);

    private readonly TimeSpan _timeout = options.Value.SourceTimeout;
    private readonly long _cacheTime = Timestamps(time, options.Value.CacheTime);
    private readonly Lock _lock = new();
    private readonly BoundedMap<FamilyKey, StatusQuestion> _questions = new(options.Value.CacheEntries);

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

    public async ValueTask<StatusAnswer> GetAsync(PresentedFamily presented, string? accessToken, CancellationToken cancellationToken)
    {
        var hash = accessToken is null ? null : Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(accessToken)));
        var now = time.GetTimestamp();
        var mine = new StatusQuestion(presented.Key, hash, now);
        var question = Join(mine, mine.Token, mine.Family);
        var status = await AnswerAsync().ConfigureAwait(false);
        if (status == AccessTokenStatus.Inactive && question.Token != mine.Token)
        {
            // Another token of the same family turned out to be inactive, which says nothing of this one.
            question = Join(mine, mine.Token);
            status = await AnswerAsync().ConfigureAwait(false);
        }

        return new StatusAnswer(status, time.GetElapsedTime(question.AskedAt, Math.Max(now, question.AskedAt)));

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

    /// <summary>The first good question that stands under one of the keys, or else the caller's, which stands under the last one from now on.</summary>
    private StatusQuestion Join(StatusQuestion mine, params ReadOnlySpan<FamilyKey> keys)
    {
        lock (_lock)
        {
            foreach (var key in keys)
            {
                if (_questions.TryGet(key, out var found) && found.IsGood(mine.AskedAt, _cacheTime))
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
        try
        {
            using var giveUp = new CancellationTokenSource(_timeout, time);
            var request = new AccessTokenStatusRequest
            {
                FamilyId = question.Family.FamilyId,
                TenantId = question.Family.TenantId,
                AccessToken = accessToken,
            };

            // Waited for from outside: a source that hangs need not listen to the token.
            var told = await source.GetStatusAsync(request, giveUp.Token).AsTask().WaitAsync(giveUp.Token).ConfigureAwait(false);
            status = Enum.IsDefined(told) ? told : throw new InvalidOperationException($"The source of access token statuses answered {told}.");
            if (status == AccessTokenStatus.Ended)
            {
                logger.FamilyHasEnded(question.Family.FamilyId);
            }
        }
        catch (Exception fault)
        {
            logger.StatusUnknown(fault);
        }
        finally
        {
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
        var rest = expiresAt is { } expiry ? expiry - time.GetUtcNow() : TimeSpan.Zero;
        return time.GetTimestamp() + Timestamps(time, rest < TimeSpan.Zero ? TimeSpan.Zero : rest < LongestRefusal ? rest : LongestRefusal);
    }

    private static long Timestamps(TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

/// <summary>What a request is decided by.</summary>
/// <param name="Status">What the source said; null if it failed.</param>
/// <param name="Age">How long before the request the source was asked; zero if after.</param>
internal readonly record struct StatusAnswer(AccessTokenStatus? Status, TimeSpan Age);

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

/// <summary>A dictionary that forgets the entry that was not needed for longest when it is full. Not thread-safe: its owner locks.</summary>
internal sealed class BoundedMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = [];

    public int Count => _nodes.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        if (_nodes.Count >= capacity)
        {
            Remove(_byUse.Last!.Value.Key);
        }

        _nodes.Add(key, _byUse.AddFirst((key, value)));
    }

    public void Remove(TKey key)
    {
        if (_nodes.Remove(key, out var node))
        {
            _byUse.Remove(node);
        }
    }
}
