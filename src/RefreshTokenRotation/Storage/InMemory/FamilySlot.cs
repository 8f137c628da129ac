using System.Runtime.CompilerServices;

namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>The place of one family in memory: its current row, and its links in three lists.</summary>
/// <remarks>Replacing the row takes no lock. A slot without a row is deleted, and stays so.</remarks>
internal sealed class FamilySlot(TokenFamily family)
{
    private TokenFamily? _family = family;
    private LinkSet _links;

    /// <summary>The row; null once it was deleted.</summary>
    public TokenFamily? Family => Volatile.Read(ref _family);

    /// <summary>What the slot is indexed by. It outlives the row.</summary>
    public FamilyGrant Grant { get; } = family.Grant;

    /// <summary>Replaces the row that was read before; false if another write came first.</summary>
    public bool TryReplace(TokenFamily read, TokenFamily? next) =>
        ReferenceEquals(Interlocked.CompareExchange(ref _family, next, read), read);

    /// <summary>The slot's neighbours in one list; only under the lock of that list.</summary>
    public ref Link LinkOf(SlotListKind kind) => ref _links[(int)kind];

    internal struct Link
    {
        public FamilySlot? Previous;
        public FamilySlot? Next;
    }

    [InlineArray(3)]
    private struct LinkSet
    {
        private Link _first;
    }
}
