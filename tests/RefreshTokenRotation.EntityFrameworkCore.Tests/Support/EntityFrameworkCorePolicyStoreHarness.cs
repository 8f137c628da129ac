using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A schema for each case. The clock of the caches is a fake one, so that no case waits for them.</summary>
internal sealed class EntityFrameworkCorePolicyStoreHarness(ContextKind kind) : RotationPolicyStoreHarness
{
    private readonly FakeTime _time = new();
    private TestDatabase? _database;

    public override TimeSpan Staleness => TimeSpan.FromSeconds(5);

    public override async ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _database = await TestDatabase.CreateAsync(kind);
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
