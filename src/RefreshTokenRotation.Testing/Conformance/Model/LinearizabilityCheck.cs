using System.Runtime.InteropServices;

namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>Looks for an order of the calls on one family, each between its start and its end, that explains every answer.</summary>
/// <remarks>The search of Wing and Gong (1993), with the memory of Lowe (2017): a set of calls and a state are looked at once. A read that fits is taken
/// at once, because it never prevents another call. A call without an answer may be left out.</remarks>
internal sealed class LinearizabilityCheck
{
    private readonly FamilyOperation[] _operations;

    /// <summary>The earliest end of the operations from each index on.</summary>
    private readonly long[] _firstEnd;

    private LinearizabilityCheck(IEnumerable<FamilyOperation> operations)
    {
        _operations = [.. operations.OrderBy(static operation => operation.Start)];
        _firstEnd = new long[_operations.Length + 1];
        _firstEnd[^1] = long.MaxValue;
        for (var i = _operations.Length - 1; i >= 0; i--)
        {
            _firstEnd[i] = Math.Min(_operations[i].End, _firstEnd[i + 1]);
        }
    }

    /// <summary>Whether there is such an order.</summary>
    /// <param name="initial">The row before the first call; null for none.</param>
    /// <param name="operations">The calls.</param>
    public static bool Holds(RowState? initial, IEnumerable<FamilyOperation> operations) => new LinearizabilityCheck(operations).Search(initial);

    /// <summary>The calls up to the first answer that no order explains.</summary>
    public static IReadOnlyList<FamilyOperation> Shortest(RowState? initial, IReadOnlyList<FamilyOperation> operations)
    {
        var ends = operations.Select(static operation => operation.End).Where(static end => end != FamilyOperation.NoAnswer).Order().ToList();
        var (holds, fails) = (-1, ends.Count - 1);
        while (fails - holds > 1)
        {
            var middle = (holds + fails) / 2;
            (holds, fails) = Holds(initial, Until(operations, ends[middle])) ? (middle, fails) : (holds, middle);
        }

        return fails < 0 ? operations : [.. operations.Where(operation => operation.Start <= ends[fails])];
    }

    /// <summary>What was known at a place in time: a call that had begun, and had no answer yet, may be the explanation.</summary>
    private static IEnumerable<FamilyOperation> Until(IEnumerable<FamilyOperation> operations, long place) => operations
        .Where(operation => operation.Start <= place)
        .Select(operation => operation.End <= place ? operation : operation with { End = FamilyOperation.NoAnswer });

    private bool Search(RowState? initial)
    {
        var seen = new HashSet<Place>();
        var open = new Stack<Place>([new Place(0, [], initial)]);
        while (open.TryPop(out var place))
        {
            if (!seen.Add(place))
            {
                continue;
            }

            if (place.Begun == _operations.Length && Array.TrueForAll(place.Left, index => _operations[index].IsOptional))
            {
                return true;
            }

            // The last one that is pushed is looked at first: the call that began first.
            foreach (var next in Enumerable.Reverse(Next(place)))
            {
                open.Push(next);
            }
        }

        return false;
    }

    private List<Place> Next(Place place)
    {
        // A call can come next if no call that is still to come ended before it started.
        var firstEnd = place.Left.Aggregate(_firstEnd[place.Begun], (end, index) => Math.Min(end, _operations[index].End));
        var places = new List<Place>();
        foreach (var index in place.Left.Concat(Enumerable.Range(place.Begun, _operations.Length - place.Begun)))
        {
            var operation = _operations[index];
            if (operation.Start > firstEnd)
            {
                break;
            }

            foreach (var state in operation.Apply(place.State))
            {
                if (operation.IsRead)
                {
                    return [place.With(index, state)];
                }

                if (operation.IsOptional && state == place.State)
                {
                    continue;
                }

                places.Add(place.With(index, state));
                if (operation.MayRepeat && state != place.State)
                {
                    // A call that works in steps may have an effect now and another one later.
                    places.Add(new Place(place.Begun, place.Left, state));
                }
            }
        }

        return places;
    }

    /// <summary>How far the search has come.</summary>
    /// <param name="begun">The calls from this index on are all still to come.</param>
    /// <param name="left">Those before it that are still to come, in order.</param>
    /// <param name="state">The row.</param>
    private sealed class Place(int begun, int[] left, RowState? state) : IEquatable<Place>
    {
        public int Begun => begun;

        public int[] Left => left;

        public RowState? State => state;

        public Place With(int index, RowState? next) => index < begun
            ? new Place(begun, [.. left.Where(other => other != index)], next)
            : new Place(index + 1, [.. left, .. Enumerable.Range(begun, index - begun)], next);

        public bool Equals(Place? other) => other is not null && begun == other.Begun && state == other.State && left.AsSpan().SequenceEqual(other.Left);

        public override bool Equals(object? obj) => Equals(obj as Place);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(begun);
            hash.Add(state);
            hash.AddBytes(MemoryMarshal.AsBytes(left.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
