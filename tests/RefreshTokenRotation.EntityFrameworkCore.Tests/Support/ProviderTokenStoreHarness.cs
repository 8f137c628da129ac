using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A database for each case; each instance is a node with connections of its own.</summary>
internal sealed class ProviderTokenStoreHarness(Provider provider) : TokenStoreHarness
{
    private ProviderDatabase? _database;

    public override async ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _database = await ProviderDatabase.CreateAsync(provider);
        return _database.Store();
    }

    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_database!.Store());

    /// <summary>Cuts every connection of the former instances, as the death of their process does.</summary>
    public override async ValueTask<ITokenStore> CrashAsync(CancellationToken cancellationToken)
    {
        await _database!.CutConnectionsAsync();
        return _database.Store();
    }

    public override void Configure(RefreshTokenRotationBuilder builder) => _database!.Use(builder);

    public override async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _database = null;
        await base.DisposeAsync();
    }
}

/// <summary>The same for policies. The clock of the caches is a fake one, so that no case waits for them.</summary>
internal sealed class ProviderPolicyStoreHarness(Provider provider) : RotationPolicyStoreHarness
{
    private readonly FakeTime _time = new();
    private ProviderDatabase? _database;

    public override TimeSpan Staleness => TimeSpan.FromSeconds(5);

    public override async ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _database = await ProviderDatabase.CreateAsync(provider);
        return Node();
    }

    public override ValueTask<IRotationPolicyStore> OpenSecondAsync(CancellationToken cancellationToken) => new(Node());

    public override async ValueTask<IRotationPolicyStore> CrashAsync(CancellationToken cancellationToken)
    {
        await _database!.CutConnectionsAsync();
        return Node();
    }

    public override ValueTask PassStalenessAsync(CancellationToken cancellationToken)
    {
        _time.Advance(Staleness);
        return ValueTask.CompletedTask;
    }

    public override void Configure(RefreshTokenRotationBuilder builder) => _database!.Use(builder);

    public override async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _database = null;
        await base.DisposeAsync();
    }

    private IRotationPolicyStore Node() => _database!.Node(time: _time).GetRequiredService<IRotationPolicyStore>();
}
