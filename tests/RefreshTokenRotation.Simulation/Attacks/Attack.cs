namespace RefreshTokenRotation.Simulation.Attacks;

/// <summary>An attack as it is played.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Explanation">What the thief does, and what happens to it.</param>
/// <param name="Play">Plays it; ends as soon as the thief is caught.</param>
/// <param name="WhyNot">Where it is not caught: why no scheme can.</param>
internal sealed record Attack(string Name, string Explanation, Action<AttackLab> Play, string WhyNot = "");
