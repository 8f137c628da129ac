using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>A schema for each case. The clock of the caches is a fake one, so that no case waits for them.</summary>
internal sealed class PostgreSqlPolicyStoreHarness : RotationPolicyStoreHarness
{
    private readonly FakeTime _time = new();
    private TestSchema? _schema;

    public override TimeSpan Staleness => TimeSpan.FromSeconds(5);

    public override async ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        _schema = await TestSchema.CreateAsync();
        return Node();
    }

    public override ValueTask<IRotationPolicyStore> OpenSecondAsync(CancellationToken cancellationToken) => new(Node());

    public override async ValueTask<IRotationPolicyStore> CrashAsync(CancellationToken cancellationToken)
    {
        await _schema!.CutConnectionsAsync();
        return Node();
    }

    public override ValueTask PassStalenessAsync(CancellationToken cancellationToken)
    {
        _time.Advance(Staleness);
        return ValueTask.CompletedTask;
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

    private IRotationPolicyStore Node() => _schema!.Node(time: _time).GetRequiredService<IRotationPolicyStore>();
}
