namespace RefreshTokenRotation.Testing;

/// <summary>A store call that has ended, as <see cref="FaultingTokenStore.History"/> keeps it.</summary>
/// <param name="Context">Which call.</param>
/// <param name="Fault">What went wrong on purpose.</param>
/// <param name="Answer">What the caller got, in words: a value, or the name of an exception.</param>
public sealed record StoreCallRecord(StoreCallContext Context, StoreFault Fault, string Answer)
{
    /// <summary>The call, its fault and its result.</summary>
    /// <returns>A text without any secret.</returns>
    public override string ToString() =>
        Fault.Kind == StoreFaultKind.None ? $"{Context}: {Answer}" : $"{Context} with {Fault}: {Answer}";

    internal static string Describe(object? answer) => answer switch
    {
        null => "nothing",
        TokenFamily family => family.ToString(),
        IReadOnlyList<TokenFamily> families => $"{families.Count} families",
        Exception exception => exception.GetType().Name,
        _ => answer.ToString()!,
    };
}
