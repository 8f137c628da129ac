namespace CustomTokenStore.Store;

/// <summary>Where the journal is.</summary>
/// <param name="Path">The file. Its folder is there, on a local disk; beside it come <c>.lock</c> and, for a moment, <c>.new</c>.</param>
public sealed record JournalOptions(string Path)
{
    /// <summary>Below this many bytes the file is left as it is; above, it is rewritten whenever it has grown fourfold.</summary>
    public long SmallFile { get; init; } = 4 * 1024 * 1024;
}
