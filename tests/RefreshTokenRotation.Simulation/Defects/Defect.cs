using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Defects;

/// <summary>A public defect of another server, played again.</summary>
/// <param name="Name">The advisory, or the project and the number of its report.</param>
/// <param name="WhatItDid">The mechanism, in a sentence.</param>
/// <param name="FoundBy">The rule that must find it.</param>
/// <param name="World">Where it shows.</param>
/// <param name="Wrong">An engine that works as that server did.</param>
/// <param name="Mended">The same engine without the defect: in that world it keeps the rule.</param>
internal sealed record Defect(string Name, string WhatItDid, Rule FoundBy, World World, Defect.Engine Wrong, Defect.Engine Mended)
{
    internal delegate IEngine Engine(Stage stage, Universe universe, RealEngine real);

    public Findings Find() => Run(Wrong);

    public Findings FindMended() => Run(Mended);

    /// <summary>The library in the same world, under every rule.</summary>
    public Findings TryLibrary() => new Explorer(World).Run();

    public override string ToString() => Name;

    private Findings Run(Engine engine) => new Explorer(World, (stage, universe, real) => engine(stage, universe, real)).Run(only: FoundBy);
}
