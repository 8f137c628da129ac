using System.Numerics;

namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>Looks for an order of the calls on one family, each between its start and its end, that explains every answer.</summary>
/// <remarks>The search of Wing and Gong (1993), with the memory of Lowe (2017): a set of calls and a state are looked at once.</remarks>
internal sealed class LinearizabilityCheck
{
    /// <summary>The most calls on one family: they are a set of bits.</summary>
    public const int MaxOperations = 64;

    private readonly FamilyOperation[] _operations;
    private readonly HashSet<(ulong Done, RowState? State)> _seen = [];
    private readonly ulong _all;

    private LinearizabilityCheck(IEnumerable<FamilyOperation> operations)
    {
        _operations = [.. operations.OrderBy(static operation => operation.Start)];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_operations.Length, MaxOperations, nameof(operations));
        _all = _operations.Length == MaxOperations ? ulong.MaxValue : (1UL << _operations.Length) - 1;
    }

    /// <summary>Whether there is such an order.</summary>
    /// <param name="initial">The row before the first call; null for none.</param>
    /// <param name="operations">The calls.</param>
    public static bool Holds(RowState? initial, IEnumerable<FamilyOperation> operations) => new LinearizabilityCheck(operations).Search(0, initial);

    /// <summary>The calls up to the first answer that no order explains.</summary>
    public static IReadOnlyList<FamilyOperation> Shortest(RowState? initial, IReadOnlyList<FamilyOperation> operations)
    {
        foreach (var end in operations.Select(static operation => operation.End).Order())
        {
            // With every call that began before one of them ended: it may be the explanation.
            var last = operations.Where(operation => operation.Start < end).Max(static operation => operation.End);
            var begun = operations.Where(operation => operation.Start < last).ToList();
            if (!Holds(initial, begun))
            {
                return begun;
            }
        }

        return operations;
    }

    private bool Search(ulong done, RowState? state)
    {
        if (done == _all)
        {
            return true;
        }

        if (!_seen.Add((done, state)))
        {
            return false;
        }

        // A call can come next if no call that is still to come ended before it started.
        var firstEnd = long.MaxValue;
        for (var left = _all & ~done; left != 0; left &= left - 1)
        {
            firstEnd = Math.Min(firstEnd, _operations[BitOperations.TrailingZeroCount(left)].End);
        }

        for (var left = _all & ~done; left != 0; left &= left - 1)
        {
            var index = BitOperations.TrailingZeroCount(left);
            if (_operations[index].Start > firstEnd)
            {
                break;
            }

            foreach (var next in _operations[index].Apply(state))
            {
                // A call that works in steps may have an effect now and another one later.
                if (Search(done | (1UL << index), next) || (_operations[index].MayRepeat && next != state && Search(done, next)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
