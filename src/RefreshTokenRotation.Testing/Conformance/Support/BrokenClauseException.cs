namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>A case saw what the contract forbids.</summary>
internal sealed class BrokenClauseException(string observation, string? history = null) : Exception(observation)
{
    /// <summary>What led to it, where that is not the last calls; a line each.</summary>
    public string? History { get; } = history;
}

/// <summary>A case needs a member of the harness that is not overridden.</summary>
internal sealed class NotExercisedException(string reason) : NotSupportedException(reason);
