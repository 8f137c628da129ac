using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Sqlite.Tests.Support;

/// <summary>A file for each case. Nothing is cached, so no answer is out of date.</summary>
internal sealed class SqlitePolicyStoreHarness : RotationPolicyStoreHarness
{
    private TestFile? _file;

    public override ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken)
    {
        _file?.Dispose();
        _file = new TestFile();
        return new(Node());
    }

    public override ValueTask<IRotationPolicyStore> OpenSecondAsync(CancellationToken cancellationToken) => new(Node());

    public override void Configure(RefreshTokenRotationBuilder builder) => builder.UseSqlite(_file!.FilePath);

    public override async ValueTask DisposeAsync()
    {
        _file?.Dispose();
        _file = null;
        await base.DisposeAsync();
    }

    private IRotationPolicyStore Node() => _file!.Node().GetRequiredService<IRotationPolicyStore>();
}
