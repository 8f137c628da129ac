namespace RefreshTokenRotation.Simulation.Rules;

/// <summary>One sentence of the specification.</summary>
internal sealed record Rule(string Name, string Sentence)
{
    public string Broken => $"{Name}: {Sentence}";
}
