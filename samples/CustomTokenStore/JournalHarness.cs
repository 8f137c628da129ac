using CustomTokenStore.Store;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;

namespace CustomTokenStore;

/// <summary>Tells the conformance kit how to open the store.</summary>
/// <param name="wrap">Puts another store before it, to show what a mistake looks like.</param>
internal sealed class JournalHarness(Func<ITokenStore, ITokenStore>? wrap = null) : TokenStoreHarness
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-");
    private JournalTokenStore? _store;
    private int _files;

    public override ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken)
    {
        _store?.Dispose();
        _files++;
        return new(Open());
    }

    /// <summary>The same instance: a journal belongs to one process, and the kit's two nodes are two callers here.</summary>
    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(Wrap(_store!));

    public override ValueTask<ITokenStore> CrashAsync(CancellationToken cancellationToken)
    {
        _store!.Kill();
        return new(Open());
    }

    public override void Configure(RefreshTokenRotationBuilder builder) => builder.UseJournal(Path.Combine(_folder.FullName, $"host-{_files}.journal"));

    public override ValueTask DisposeAsync()
    {
        _store?.Dispose();
        _folder.Delete(recursive: true);
        return base.DisposeAsync();
    }

    // A small file, so that the kit exercises rewrites too.
    private ITokenStore Open() =>
        Wrap(_store = new JournalTokenStore(new JournalOptions(Path.Combine(_folder.FullName, $"{_files}.journal")) { SmallFile = 64 * 1024 }));

    private ITokenStore Wrap(ITokenStore store) => wrap?.Invoke(store) ?? store;
}
