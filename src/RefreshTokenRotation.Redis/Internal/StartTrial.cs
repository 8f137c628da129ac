using System.Buffers.Text;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Runs every script of the stores once, for a family of nobody: what a user may not do, or a server can't, shows at the start, and not at the first log-in.</summary>
internal sealed class StartTrial(RedisConnection connection, bool usesReplays)
{
    /// <summary>A trial that ends half-way leaves a family that has long expired: the next pruning deletes it.</summary>
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly RedisTokenStore _store = new(connection, TimeProvider.System);
    private readonly string _nobody = KeyNames.Id(Guid.NewGuid());

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryFamiliesAsync(cancellationToken).ConfigureAwait(false);
        await TryPoliciesAsync(cancellationToken).ConfigureAwait(false);
        if (usesReplays)
        {
            var key = new ReplayKey(ReplayPurpose.DPoPProof, _nobody, Base64Url.EncodeToString(NewOpaque().ToArray()));
            var replays = new RedisReplayStore(connection, TimeProvider.System);
            await replays.TryAddAsync(key, Now, cancellationToken).ConfigureAwait(false);
            await replays.ContainsAsync(key, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Opaque256 NewOpaque() => new([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]);

    private TokenFamily NewFamily(TimeSpan age) => new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = NewOpaque(),
            FamilyId = Guid.NewGuid(),
            TenantId = _nobody,
            Subject = _nobody,
            ClientId = _nobody,
            CreatedAt = Now - age,
            SessionId = _nobody,
            AuthorizationId = _nobody,
        },
        Version = 1,
        RotationType = RotationType.Rotating,
        Generation = 0,
        SecretHash = NewOpaque(),
        AbsoluteExpiresAt = Now.AddDays(1),
    };

    private async Task TryFamiliesAsync(CancellationToken cancellationToken)
    {
        var (older, newer) = (NewFamily(TimeSpan.FromDays(1)), NewFamily(TimeSpan.Zero));
        await _store.AddAsync(older, 1, Now, cancellationToken).ConfigureAwait(false);
        await _store.AddAsync(newer, 1, Now, cancellationToken).ConfigureAwait(false);
        if (await _store.FindAsync(newer.Grant.LookupKey, cancellationToken).ConfigureAwait(false) is not { } found
            || !await _store.CompareAndSwapAsync(found with { Version = 2 }, 1, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException("Redis does not return what was just written to it: it evicts keys, or another server responded.");
        }

        var filter = TokenFamilyFilter.ForTenant(_nobody);
        await _store.ListAsync(new TokenFamilyQuery(filter, After: null, Limit: 1, Now), cancellationToken).ConfigureAwait(false);
        var revocation = new FamilyRevocation(Now, RevocationReason.Administrator, Now, Delete: false);
        await _store.RevokeAsync(filter, revocation, cancellationToken).ConfigureAwait(false);

        // This one finds an ended family of its owner.
        await _store.AddAsync(NewFamily(TimeSpan.Zero), 1, Now, cancellationToken).ConfigureAwait(false);
        await _store.RevokeAsync(filter, revocation with { Delete = true }, cancellationToken).ConfigureAwait(false);

        // Before all time, so that no other node's trial is pruned.
        await _store.PruneAsync(DateTimeOffset.MinValue, 1, cancellationToken).ConfigureAwait(false);
        await connection.WriteAsync(
            Script.Prune, [connection.Names.Bucket(0) + "e"], [string.Empty, KeyNames.Digits(0), 1, 0], cancellationToken).ConfigureAwait(false);
    }

    private async Task TryPoliciesAsync(CancellationToken cancellationToken)
    {
        var policies = new RedisPolicyStore(connection);
        await policies.TrySetAsync(_nobody, _nobody, RotationPolicy.Strict, version: null, cancellationToken).ConfigureAwait(false);
        var written = await policies.ReadAsync(_nobody, _nobody, cancellationToken).ConfigureAwait(false);
        await policies.TrySetAsync(_nobody, _nobody, policy: null, written?.Version, cancellationToken).ConfigureAwait(false);
    }
}
