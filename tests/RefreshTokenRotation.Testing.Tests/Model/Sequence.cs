namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>A random sequence of operations. A counterexample is printed as one operation a line.</summary>
internal sealed record Sequence(IReadOnlyList<Operation> Operations)
{
    /// <summary>Runs every operation against an engine and the model, and compares after each.</summary>
    public async Task RunAsync(Comparison world)
    {
        for (var i = 0; i < Operations.Count; i++)
        {
            try
            {
                await Operations[i].RunAsync(world);
                await world.CompareStateAsync();
            }
            catch (DisagreementException disagreement)
            {
                throw new DisagreementException($"step {i + 1}, {Operations[i]}: {disagreement.Message}");
            }
        }
    }

    public override string ToString() => string.Concat(Operations.Select((operation, i) => $"{Environment.NewLine}  {i + 1,2}. {operation}"));
}
