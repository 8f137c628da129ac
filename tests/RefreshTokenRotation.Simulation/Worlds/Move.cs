using RefreshTokenRotation.Simulation.Rules;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>One step of a world.</summary>
/// <param name="Next">The state after it.</param>
/// <param name="Text">What happened; empty unless somebody wants to read it.</param>
/// <param name="Broken">The rule that it broke, if any.</param>
internal readonly record struct Move(State Next, string Text, Rule? Broken);
