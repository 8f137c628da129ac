using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests.Support;

/// <summary>Keys of each case's own. The clock of the caches is a fake one, so that no case waits for them.</summary>
internal sealed class RedisPolicyStoreHarness(bool cluster) : RotationPolicyStoreHarness
{
    private readonly FakeTime _time = new();
    private TestSpace? _space;

    public override TimeSpan Staleness => TimeSpan.FromSeconds(5);

    public override async ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _space = await TestSpace.CreateAsync(cluster);
        return Node();
    }

    public override ValueTask<IRotationPolicyStore> OpenSecondAsync(CancellationToken cancellationToken) => new(Node());

    public override ValueTask<IRotationPolicyStore> CrashAsync(CancellationToken cancellationToken) => new(Node());

    public override ValueTask PassStalenessAsync(CancellationToken cancellationToken)
    {
        _time.Advance(Staleness);
        return ValueTask.CompletedTask;
    }

    public override void Configure(RefreshTokenRotationBuilder builder)
    {
        var (addresses, prefix) = (_space!.Site.Addresses, _space.Prefix);
        builder.UseRedis(addresses, options =>
        {
            options.KeyPrefix = prefix;
            options.Durability = RedisDurability.Unchecked;
        });
    }

    public override async ValueTask DisposeAsync()
    {
        if (_space is not null)
        {
            await _space.DisposeAsync();
        }

        _space = null;
        await base.DisposeAsync();
    }

    private IRotationPolicyStore Node() => _space!.Node(time: _time).GetRequiredService<IRotationPolicyStore>();
}
