using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal.ResourceServer;

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
