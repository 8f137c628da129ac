using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Run-time policies in a relational database. A <see cref="RotationPolicyCache"/> stands before it.</summary>
internal sealed class EntityFrameworkCorePolicyStore(ContextSource contexts) : IRotationPolicyStore
{
    private const int MaxTries = 10;

    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await contexts.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var json = await Rows(lease.Context, StableHash.Of(tenantId, clientId)).Select(row => row.Policy)
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return json is null ? null : RotationPolicyJson.Read(json);
    }

    public async ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await contexts.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var key = StableHash.Of(tenantId, clientId);
        var rows = Rows(lease.Context, key);
        if (policy is null)
        {
            await rows.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var json = RotationPolicyJson.Write(policy);
        for (var tries = 1; ; tries++)
        {
            if (await TransientRetry.RunAsync(
                token => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Policy, _ => json), token), cancellationToken).ConfigureAwait(false) > 0)
            {
                return;
            }

            try
            {
                lease.Context.Add(new PolicyRow { Key = key, TenantId = tenantId, ClientId = clientId, Policy = json });
                await lease.Context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DbUpdateException) when (tries < MaxTries && !cancellationToken.IsCancellationRequested)
            {
                // Another node may have been first: its row is there to be updated then. Any other fault comes again, and out.
                lease.Context.ChangeTracker.Clear();
            }
        }
    }

    private static IQueryable<PolicyRow> Rows(DbContext context, byte[] key) =>
        context.Set<PolicyRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.Key == key);
}
