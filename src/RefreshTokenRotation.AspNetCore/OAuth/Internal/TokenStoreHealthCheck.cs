using System.Security.Cryptography;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Looks up a family that is not there: the one read that every exchange begins with, at its full cost and without effect.</summary>
internal sealed class TokenStoreHealthCheck(ITokenStore store, TimeProvider time, TimeSpan timeout) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Waited for from outside: a store that hangs need not listen to the token.
            await store.FindAsync(new Opaque256(RandomNumberGenerator.GetBytes(Opaque256.Size)), giveUp.Token).AsTask()
                .WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy("The token store answers.");
        }
        catch (TimeoutException)
        {
            await giveUp.CancelAsync().ConfigureAwait(false);
            return new HealthCheckResult(context.Registration.FailureStatus, "The token store did not answer in time.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The exception stays out: health answers are often public, and drivers name servers and users in their messages.
            return new HealthCheckResult(context.Registration.FailureStatus, $"The token store failed: {fault.GetType().Name}.");
        }
    }
}
