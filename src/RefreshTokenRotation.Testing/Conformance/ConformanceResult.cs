namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>The result of a conformance case.</summary>
public abstract record ConformanceResult
{
    private ConformanceResult()
    {
    }

    /// <summary>Does nothing unless the case failed: an exempted case and one that was not exercised go through.</summary>
    /// <exception cref="ConformanceException">The case failed.</exception>
    public void ThrowIfFailed()
    {
        if (this is Failed failed)
        {
            throw failed.Exception;
        }
    }

    /// <summary>The store keeps this clause, as far as the case can tell.</summary>
    public sealed record Passed : ConformanceResult
    {
        /// <inheritdoc/>
        public override string ToString() => "passed";
    }

    /// <summary>The store breaks this clause.</summary>
    /// <param name="Exception">The clause, what was seen, the seed and the history of calls.</param>
    public sealed record Failed(ConformanceException Exception) : ConformanceResult
    {
        /// <inheritdoc/>
        public override string ToString() => $"failed: {Exception.Message}";
    }

    /// <summary>The case needs a member of the harness that is not overridden; nothing was checked.</summary>
    /// <param name="Reason">Which member.</param>
    public sealed record NotExercised(string Reason) : ConformanceResult
    {
        /// <inheritdoc/>
        public override string ToString() => $"not exercised: {Reason}";
    }

    /// <summary>The harness exempts the store from this clause; nothing was checked.</summary>
    /// <param name="Reason">Why, in the words of <see cref="ConformanceHarness.Exemptions"/>.</param>
    public sealed record Exempted(string Reason) : ConformanceResult
    {
        /// <inheritdoc/>
        public override string ToString() => $"exempted: {Reason}";
    }
}
