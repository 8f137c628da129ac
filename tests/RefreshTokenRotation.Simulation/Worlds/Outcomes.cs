using RefreshTokenRotation.Simulation.Rules;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>Collects moves.</summary>
internal readonly struct Outcomes(List<Move> moves, bool tells)
{
    public bool Tells { get; } = tells;

    public void Add(State next, string text, Rule? broken = null) => moves.Add(new Move(next, text, broken));
}
