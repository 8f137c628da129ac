using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A schema for each case; each instance is a node with connections of its own.</summary>
internal sealed class EntityFrameworkCoreTokenStoreHarness(ContextKind kind) : TokenStoreHarness
{
    private TestDatabase? _database;

    public override async ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _database = await TestDatabase.CreateAsync(kind);
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
