namespace RefreshTokenRotation.Torture.Faults;

/// <summary>Something that goes wrong for a while.</summary>
/// <param name="Place">Where. Only one fault happens at a place at once.</param>
/// <param name="Name">What.</param>
/// <param name="BeginAsync">Makes it happen, and returns what ends it.</param>
internal sealed record Fault(string Place, string Name, Func<Random, Task<Func<Task>>> BeginAsync)
{
    /// <summary>Ends nothing: the fault is over when it has begun.</summary>
    public static Task<Func<Task>> Over { get; } = Task.FromResult<Func<Task>>(static () => Task.CompletedTask);
}
