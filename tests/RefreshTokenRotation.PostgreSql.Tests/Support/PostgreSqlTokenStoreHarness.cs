using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>A schema for each case; each instance is a node with connections of its own.</summary>
internal sealed class PostgreSqlTokenStoreHarness : TokenStoreHarness
{
    private TestSchema? _schema;

    public override async ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _schema = await TestSchema.CreateAsync();
        return _schema.Store();
    }

    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_schema!.Store());

    /// <summary>Cuts every connection of the former instances, as the death of their process does.</summary>
    public override async ValueTask<ITokenStore> CrashAsync(CancellationToken cancellationToken)
    {
        await _schema!.CutConnectionsAsync();
        return _schema.Store();
    }

    public override void Configure(RefreshTokenRotationBuilder builder)
    {
        var schema = _schema!;
        builder.UsePostgreSql(schema.ConnectionString, options => options.SchemaName = schema.Name);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_schema is not null)
        {
            await _schema.DisposeAsync();
        }

        _schema = null;
        await base.DisposeAsync();
    }
}
