using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>An engine or a store that is wrong on purpose, and the rule that must find it.</summary>
internal sealed record WrongEngine(string Name, Rule FoundBy, World World, Protocol Protocol)
{
    /// <summary>Looks for the rule alone, because another one may find the fault sooner.</summary>
    public Findings Find() => new Explorer(World, (stage, _, real) => new LoopModel(stage, real, Protocol)).Run(only: FoundBy);

    /// <summary>The library and the model of its loop, side by side.</summary>
    public static IEngine Right(Stage stage, Universe universe, RealEngine real) =>
        new AgreeingEngine(stage, universe, real, new LoopModel(stage, real, new Protocol()));

    public override string ToString() => Name;
}
