using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>What several tasks did to each family, and when.</summary>
internal sealed class FamilyHistory(CallHistory clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, (RowState? Initial, List<FamilyOperation> Operations)> _families = [];

    /// <summary>Takes a family in that is there.</summary>
    public void Begin(TokenFamily family) => _families.Add(family.Grant.FamilyId, (RowState.Of(family), []));

    /// <summary>Takes a family in that is about to be added.</summary>
    public void Know(TokenFamily family)
    {
        lock (_lock)
        {
            _families.TryAdd(family.Grant.FamilyId, (null, []));
        }
    }

    /// <summary>Makes a call and notes its times.</summary>
    public async Task<T> RecordAsync<T>(Func<Task<T>> call, Action<long, long, T> note)
    {
        var start = clock.Tick();
        var answer = await call().ConfigureAwait(false);
        var end = clock.Tick();
        lock (_lock)
        {
            note(start, end, answer);
        }

        return answer;
    }

    /// <summary>Notes an operation; only from <see cref="RecordAsync"/>.</summary>
    public void Add(TokenFamily family, FamilyOperation operation) => _families[family.Grant.FamilyId].Operations.Add(operation);

    /// <summary>Notes an operation of each family, or none where there is none; only from <see cref="RecordAsync"/>.</summary>
    public void AddToAll(Func<Guid, FamilyOperation?> create)
    {
        foreach (var (id, (_, operations)) in _families)
        {
            if (create(id) is { } operation)
            {
                operations.Add(operation);
            }
        }
    }

    public void RequireLinearizable(int seed)
    {
        foreach (var (id, (initial, operations)) in _families)
        {
            if (!LinearizabilityCheck.Holds(initial, operations))
            {
                throw new BrokenClauseException(
                    $"no order of the calls on family {id.ToString("N")[..8]} explains their answers (run of seed {seed})",
                    Describe(initial, LinearizabilityCheck.Shortest(initial, operations)));
            }
        }
    }

    private static string Describe(RowState? initial, IEnumerable<FamilyOperation> operations) => string.Join('\n', operations
        .OrderBy(static operation => operation.Start)
        .Select(static operation => string.Create(CultureInfo.InvariantCulture, $"  [{operation.Start}, {operation.End}] {operation}"))
        .Prepend($"  at first: {initial?.ToString() ?? "nothing"}"));
}
