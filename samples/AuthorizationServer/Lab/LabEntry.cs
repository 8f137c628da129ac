namespace AuthorizationServer.Lab;

/// <summary>A line of the timeline.</summary>
/// <param name="Kind">Which shape it has.</param>
/// <param name="Side">The lane that it is in: <c>user</c>, <c>thief</c>, or <c>world</c> for both.</param>
/// <param name="Title">What happened, in two or three words.</param>
/// <param name="Words">And what it means.</param>
internal sealed record LabEntry(string Kind, string Side, string Title, string Words)
{
    public int Number { get; init; }

    /// <summary>When, by the clock of the world.</summary>
    public string At { get; init; } = string.Empty;

    /// <summary>Whether the engine raised an alarm.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>The response to the client.</summary>
    public string? Answer { get; init; }
}
