using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Redis.Tests.Support;

/// <summary>Keys of each case's own; two instances have connections of their own.</summary>
internal sealed class RedisTokenStoreHarness(bool cluster) : TokenStoreHarness
{
    private TestSpace? _space;

    public override async ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _space = await TestSpace.CreateAsync(cluster);
        return _space.Store();
    }

    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_space!.Store());

    /// <summary>The former instances are dropped, with whatever they had under way.</summary>
    public override ValueTask<ITokenStore> CrashAsync(CancellationToken cancellationToken) =>
        new(_space!.Node(connectionString: _space.Site.Addresses).GetRequiredService<ITokenStore>());

    public override void Configure(RefreshTokenRotationBuilder builder)
    {
        var (addresses, prefix) = (_space!.Site.Addresses, $"r{Guid.NewGuid():N}");
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
}
