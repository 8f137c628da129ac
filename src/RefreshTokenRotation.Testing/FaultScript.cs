namespace RefreshTokenRotation.Testing;

/// <summary>Counts the calls and knows which of them are to fail.</summary>
internal sealed class FaultScript
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StoreCall, int> _counts = [];
    private readonly Dictionary<(StoreCall Call, int NumberOfCall), StoreFault> _faults = [];
    private int _number;

    public static void Check(StoreCall call, StoreFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (!fault.AppliesTo(call))
        {
            throw new ArgumentException($"{fault} can't happen to {call}.", nameof(fault));
        }
    }

    public void AddNext(StoreCall call, StoreFault fault)
    {
        Check(call, fault);
        lock (_lock)
        {
            var next = _counts.GetValueOrDefault(call) + 1;
            while (_faults.ContainsKey((call, next)))
            {
                next++;
            }

            _faults[(call, next)] = fault;
        }
    }

    public void AddAt(StoreCall call, int number, StoreFault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        Check(call, fault);
        lock (_lock)
        {
            _faults[(call, _counts.GetValueOrDefault(call) + number)] = fault;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    public StoreCallContext Begin(StoreCall call, TokenFamily? family)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(call) + 1;
            _counts[call] = count;
            return new StoreCallContext(call, ++_number, count, family);
        }
    }

    public StoreFault? Take(StoreCallContext context)
    {
        lock (_lock)
        {
            return _faults.Remove((context.Call, context.NumberOfCall), out var fault) ? fault : null;
        }
    }
}
