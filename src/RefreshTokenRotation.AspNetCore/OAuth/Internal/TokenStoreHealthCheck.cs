using System.Security.Cryptography;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Looks up a family that is not there, and swaps it: the read and the write of an exchange, at their full cost and without effect.</summary>
internal sealed class TokenStoreHealthCheck(ITokenStore store, TimeProvider time, TimeSpan timeout) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Waited for from outside: a store that hangs need not listen to the token.
            await ExchangeNothingAsync(giveUp.Token).WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy("The token store responds and accepts writes.");
        }
        catch (TimeoutException)
        {
            await giveUp.CancelAsync().ConfigureAwait(false);
            return new HealthCheckResult(context.Registration.FailureStatus, "The token store did not respond in time.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The exception stays out: health answers are often public, and drivers name servers and users in their messages.
            return new HealthCheckResult(context.Registration.FailureStatus, $"The token store failed: {fault.GetType().Name}.");
        }
    }

    private async Task ExchangeNothingAsync(CancellationToken cancellationToken)
    {
        var key = new Opaque256(RandomNumberGenerator.GetBytes(Opaque256.Size));
        await store.FindAsync(key, cancellationToken).ConfigureAwait(false);

        // A store that only reads, such as a standby or a full disk, fails at this, and every other one finds nothing to write.
        var nobody = new FamilyGrant
        {
            LookupKey = key,
            FamilyId = Guid.NewGuid(),
            TenantId = string.Empty,
            Subject = string.Empty,
            ClientId = string.Empty,
            CreatedAt = time.GetUtcNow(),
        };
        await store.CompareAndSwapAsync(
            new TokenFamily { Grant = nobody, Version = 2, RotationType = RotationType.Rotating, Generation = 1, SecretHash = key },
            expectedVersion: 1,
            cancellationToken).ConfigureAwait(false);
    }
}
