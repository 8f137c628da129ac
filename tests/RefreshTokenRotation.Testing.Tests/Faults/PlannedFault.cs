namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>A fault of one store call of an exchange.</summary>
/// <param name="Call">Which method.</param>
/// <param name="Number">Which of its calls, from 1.</param>
/// <param name="Fault">What goes wrong.</param>
internal sealed record PlannedFault(StoreCall Call, int Number, StoreFault Fault)
{
    public override string ToString() => $"{Fault} at {Call} {Number}";
}
