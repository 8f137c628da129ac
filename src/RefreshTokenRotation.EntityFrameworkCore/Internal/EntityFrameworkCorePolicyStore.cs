using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Run-time policies in a relational database. A <see cref="RotationPolicyCache"/> caches them.</summary>
/// <remarks>The version of a policy is its stored form: no column counts, no migration is needed, and a change by a node that knows no versions conflicts too.</remarks>
internal sealed class EntityFrameworkCorePolicyStore(ContextSource contexts, TimeProvider time) : IRotationPolicyStore
{
    private readonly Calls _calls = new(contexts, time);

    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        (await ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false))?.Policy;

    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) => _calls.RunAsync(
        static async (key, context, token) =>
        {
            await ServerRole.HoldPrimaryAsync(context, token).ConfigureAwait(false);
            var json = await Rows(context, key).Select(row => row.Policy).SingleOrDefaultAsync(token).ConfigureAwait(false);
            return json is null ? null : new VersionedRotationPolicy(RotationPolicyJson.Read(json), json);
        },
        StableHash.Of(tenantId, clientId),
        cancellationToken);

    public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        var key = StableHash.Of(tenantId, clientId);
        var json = policy is null ? null : RotationPolicyJson.Write(policy);
        return version is not null ? _calls.RunAsync(static (set, context, token) => ChangeAsync(context, set.key, set.version, set.json, token), (key, version, json), cancellationToken)
            : json is null ? _calls.RunAsync(static (key, context, token) => IsMissingAsync(context, key, token), key, cancellationToken)
            : _calls.RunAsync(static (row, context, token) => AddAsync(context, row, token), (key, tenantId, clientId, json), cancellationToken);
    }

    /// <summary>One statement: a change that comes in between leaves no row with the known text.</summary>
    private static async Task<bool> ChangeAsync(DbContext context, byte[] key, string version, string? json, CancellationToken cancellationToken)
    {
        var known = Rows(context, key).Where(row => row.Policy == version);
        return await TransientRetry.RunAsync(
            token => json is null
                ? known.DeleteAsync(context, token)
                : known.ExecuteUpdateAsync(set => set.SetProperty(row => row.Policy, _ => json), token),
            cancellationToken).ConfigureAwait(false) == 1;
    }

    private static async Task<bool> IsMissingAsync(DbContext context, byte[] key, CancellationToken cancellationToken)
    {
        await ServerRole.HoldPrimaryAsync(context, cancellationToken).ConfigureAwait(false);
        return !await Rows(context, key).AnyAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> AddAsync(
        DbContext context, (byte[] Key, string TenantId, string ClientId, string Json) policy, CancellationToken cancellationToken)
    {
        // A call that is repeated on another session gets another context too: nothing is tracked yet.
        context.Add(new PolicyRow { Key = policy.Key, TenantId = policy.TenantId, ClientId = policy.ClientId, Policy = policy.Json });
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DbUpdateException fault) when (!cancellationToken.IsCancellationRequested && !ReadOnlyServer.Refused(fault))
        {
            // Another node was first if there is a row now. Any other fault goes out.
            if (!await Rows(context, policy.Key).AnyAsync(cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            return false;
        }
    }

    private static IQueryable<PolicyRow> Rows(DbContext context, byte[] key) =>
        context.Set<PolicyRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.Key == key);
}
