using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Confirms to the store, before a request goes on, that an access token of a new generation is in use: anyone who gets the response knows that
/// the recovery is over.</summary>
internal sealed class RecoveryConfirmation(
    IOptions<ResourceServerOptions> options,
    TimeProvider time,
    ResourceServerMetrics metrics,
    TenantRule tenants,
    ILogger<RecoveryConfirmation> logger,
    ITokenFamilyManager? families = null)
{
    private readonly ResourceServerOptions _options = options.Value;
    private readonly ITokenFamilyManager _families = families ?? throw new InvalidOperationException(
        "This host has no token store: uses can be confirmed only where AddRefreshTokenRotation() is called.");

    private readonly Lock _lock = new();
    private readonly BoundedMap<FamilyKey, Confirmation> _confirmations = new(options.Value.CacheEntries);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (PresentedFamily.Read(context.User, _options, tenants, tenants.Of(context)).Family is { Generation: { } generation } presented)
        {
            var confirmation = Join(presented.Key, generation, out var isNew);
            if (isNew)
            {
                _ = ConfirmAsync(presented.Key, confirmation);
            }

            // An older generation has nothing to wait for.
            if (confirmation.Generation == generation && !confirmation.End.IsCompleted)
            {
                await confirmation.End.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }

        await next(context).ConfigureAwait(false);
    }

    private Confirmation Join(FamilyKey family, long generation, out bool isNew)
    {
        lock (_lock)
        {
            isNew = !(_confirmations.TryGet(family, out var found) && found.Covers(generation, time.GetTimestamp()));
            if (!isNew)
            {
                return found!;
            }

            var confirmation = new Confirmation(generation);
            _confirmations.Set(family, confirmation);
            return confirmation;
        }
    }

    private async Task ConfirmAsync(FamilyKey family, Confirmation confirmation)
    {
        var failed = true;
        try
        {
            using var giveUp = new CancellationTokenSource(_options.SourceTimeout, time);
            await _families.ConfirmUseAsync(family.FamilyId, confirmation.Generation, family.TenantId, giveUp.Token).AsTask()
                .WaitAsync(giveUp.Token).ConfigureAwait(false);
            failed = false;
        }
        catch (Exception fault)
        {
            logger.UseNotConfirmed(fault);
        }
        finally
        {
            metrics.Confirmed(failed);
            confirmation.Complete(failed ? time.GetTimestamp() + (long)(_options.RetryAfter.TotalSeconds * time.TimestampFrequency) : null);
        }
    }
}

/// <summary>The newest generation of a family whose use this node has reported, or is reporting, to the store.</summary>
internal sealed class Confirmation(long generation)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _retryAt = long.MaxValue;

    public long Generation => generation;

    /// <summary>Ends when the store knows, or failed.</summary>
    public Task End => _end.Task;

    /// <summary>Whether there is nothing to report for a generation.</summary>
    public bool Covers(long presented, long now) =>
        generation > presented || (generation == presented && now < Volatile.Read(ref _retryAt));

    public void Complete(long? retryAt)
    {
        Volatile.Write(ref _retryAt, retryAt ?? long.MaxValue);
        _end.SetResult();
    }
}
