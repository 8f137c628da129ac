using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Sqlite.Tests.Support;

/// <summary>A file for each case; each instance is a node with a writer and connections of its own.</summary>
internal sealed class SqliteTokenStoreHarness : TokenStoreHarness
{
    private TestFile? _file;

    public override ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken)
    {
        _file?.Dispose();
        _file = new TestFile();
        return new(_file.Store());
    }

    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_file!.Store());

    public override void Configure(RefreshTokenRotationBuilder builder) => builder.UseSqlite(_file!.FilePath);

    public override async ValueTask DisposeAsync()
    {
        _file?.Dispose();
        _file = null;
        await base.DisposeAsync();
    }
}
