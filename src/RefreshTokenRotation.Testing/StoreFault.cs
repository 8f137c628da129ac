using System.Globalization;

namespace RefreshTokenRotation.Testing;

/// <summary>One fault of one store call. Take a ready one, or make one that has a parameter.</summary>
public sealed record StoreFault
{
    private StoreFault(StoreFaultKind kind) => Kind = kind;

    /// <summary>The call goes through.</summary>
    public static StoreFault None { get; } = new(StoreFaultKind.None);

    /// <summary>A compare-and-swap returns false, and nothing was written.</summary>
    public static StoreFault Conflict { get; } = new(StoreFaultKind.Conflict);

    /// <summary>A compare-and-swap returns false although it has written.</summary>
    public static StoreFault ConflictAfterWrite { get; } = new(StoreFaultKind.ConflictAfterWrite);

    /// <summary>The call throws an <see cref="InjectedFaultException"/>, and nothing was written.</summary>
    public static StoreFault ThrowBeforeWrite { get; } = new(StoreFaultKind.ThrowBefore);

    /// <summary>The call throws an <see cref="InjectedFaultException"/> though it has written.</summary>
    public static StoreFault ThrowAfterWrite { get; } = new(StoreFaultKind.ThrowAfter);

    /// <summary>The call throws an <see cref="OperationCanceledException"/>, and nothing was written.</summary>
    public static StoreFault CancelBeforeWrite { get; } = new(StoreFaultKind.CancelBefore);

    /// <summary>The call throws an <see cref="OperationCanceledException"/> though it has written.</summary>
    public static StoreFault CancelAfterWrite { get; } = new(StoreFaultKind.CancelAfter);

    /// <summary>What goes wrong.</summary>
    public StoreFaultKind Kind { get; }

    /// <summary>The gate that the call waits at; null for faults without one.</summary>
    public StoreGate? Gate { get; private init; }

    /// <summary>Of a late write: before which later call it lands, counted from 1; null if it waits for
    /// <see cref="FaultingTokenStore.LandLateWritesAsync"/>. Of a stale read: how many writes it is behind.</summary>
    public int? Count { get; private init; }

    /// <summary>The call waits before it reaches the store.</summary>
    /// <param name="gate">Where it waits.</param>
    public static StoreFault DelayBefore(StoreGate gate) => At(StoreFaultKind.DelayBefore, gate);

    /// <summary>The store does its work, and the call waits before it returns.</summary>
    /// <param name="gate">Where it waits.</param>
    public static StoreFault DelayAfter(StoreGate gate) => At(StoreFaultKind.DelayAfter, gate);

    /// <summary>The call throws a <see cref="TimeoutException"/> at once, and its write is performed later.</summary>
    /// <param name="beforeCall">Before which of the following calls: 1 for the very next one. Default: null, not before the test lands it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static StoreFault LandLate(int? beforeCall = null) => Counted(StoreFaultKind.LandLate, beforeCall);

    /// <summary>A find returns the row as it was before its last writes; no row if it had fewer.</summary>
    /// <param name="writes">How many writes it is behind. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static StoreFault StaleRead(int writes = 1) => Counted(StoreFaultKind.StaleRead, writes);

    /// <summary>Whether this fault can happen to a call: only a compare-and-swap has conflicts, only a write lands late, only a find is stale.</summary>
    /// <param name="call">The call.</param>
    public bool AppliesTo(StoreCall call) => Kind switch
    {
        StoreFaultKind.Conflict or StoreFaultKind.ConflictAfterWrite => call == StoreCall.CompareAndSwap,
        StoreFaultKind.LandLate => call is not (StoreCall.Find or StoreCall.List),
        StoreFaultKind.StaleRead => call == StoreCall.Find,
        _ => true,
    };

    /// <summary>The kind, and the number if there is one.</summary>
    public override string ToString() => Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"{Kind}({count})") : Kind.ToString();

    private static StoreFault At(StoreFaultKind kind, StoreGate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return new StoreFault(kind) { Gate = gate };
    }

    private static StoreFault Counted(StoreFaultKind kind, int? count)
    {
        if (count is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(count));
        }

        return new StoreFault(kind) { Count = count };
    }
}
