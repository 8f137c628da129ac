using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Run-time policies in a relational database. A <see cref="RotationPolicyCache"/> stands before it.</summary>
/// <remarks>The version of a policy is its stored form: no column counts, no migration is needed, and the change of a node that knows no versions
/// conflicts too.</remarks>
internal sealed class EntityFrameworkCorePolicyStore(ContextSource contexts) : IRotationPolicyStore
{
    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        (await ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false))?.Policy;

    public async ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await contexts.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var json = await Rows(lease.Context, StableHash.Of(tenantId, clientId)).Select(row => row.Policy)
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return json is null ? null : new VersionedRotationPolicy(RotationPolicyJson.Read(json), json);
    }

    public async ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await contexts.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var key = StableHash.Of(tenantId, clientId);
        var rows = Rows(lease.Context, key);
        var json = policy is null ? null : RotationPolicyJson.Write(policy);
        if (version is not null)
        {
            // One statement each: a change that comes in between leaves no row with this text.
            var known = rows.Where(row => row.Policy == version);
            return await TransientRetry.RunAsync(
                token => json is null
                    ? known.ExecuteDeleteAsync(token)
                    : known.ExecuteUpdateAsync(set => set.SetProperty(row => row.Policy, _ => json), token),
                cancellationToken).ConfigureAwait(false) == 1;
        }

        if (json is null)
        {
            return !await rows.AnyAsync(cancellationToken).ConfigureAwait(false);
        }

        lease.Context.Add(new PolicyRow { Key = key, TenantId = tenantId, ClientId = clientId, Policy = json });
        try
        {
            await lease.Context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another node was first if there is a row now. Any other fault goes out.
            if (!await rows.AnyAsync(cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            return false;
        }
    }

    private static IQueryable<PolicyRow> Rows(DbContext context, byte[] key) =>
        context.Set<PolicyRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.Key == key);
}
