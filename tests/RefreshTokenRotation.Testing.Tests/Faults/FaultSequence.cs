using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>A random sequence of steps in which the store fails, and the end at which it fails no more.</summary>
internal sealed record FaultSequence(int Policy, IReadOnlyList<FaultStep> Steps)
{
    public static IReadOnlyList<(string Name, RotationPolicy Policy)> Policies { get; } =
    [
        ("leeway", RotationPolicy.Spa),
        ("leeway and recovery", RotationPolicy.Mobile),
        ("no leeway", RotationPolicy.Strict),
        ("reusable", RotationPolicy.Fapi),
        ("leeway over several generations", RotationPolicy.Spa with { LeewayGenerations = 4 }),
        ("leeway and recovery in shadow mode", RotationPolicy.Mobile with { ShadowMode = true }),
    ];

    public async Task RunAsync(Func<ITokenStore, Subject> engine)
    {
        using var world = await FaultWorld.CreateAsync(engine, Policies.At(Policy).Policy);
        for (var i = 0; i < Steps.Count; i++)
        {
            try
            {
                await Steps[i].RunAsync(world);
            }
            catch (BrokenInvariantException broken)
            {
                throw new BrokenInvariantException($"step {i + 1}, {Steps[i]}: {broken.Message}");
            }
        }

        await CheckNothingIsLostAsync(world);
    }

    public override string ToString() =>
        $"{Environment.NewLine}  {Policies.At(Policy).Name}{string.Concat(Steps.Select((step, i) => $"{Environment.NewLine}  {i + 1,2}. {step}"))}";

    /// <summary>All is well again: the client gets in with the newest token that it knows, or with the one before inside the leeway, unless the
    /// family has ended or the leeway was off or is over.</summary>
    private static async Task CheckNothingIsLostAsync(FaultWorld world)
    {
        await world.Store.LandLateWritesAsync();
        var row = (await world.RowAsync())!;
        if (row.GetState(world.Subject.Now) != FamilyState.Active)
        {
            return;
        }

        var good = new[] { world.Newest, world.Previous }.Where(token => world.IsGood(token, row)).ToList();
        if (good.Count > 0)
        {
            var answer = await world.PresentAsync(good[0]);
            FaultWorld.Require(answer is ExchangeResult.Succeeded, $"at last, a good token got {answer}");
            return;
        }

        FaultWorld.Require(
            world.Policy.Leeway == TimeSpan.Zero || !(world.Subject.Now < row.LeewayUntil), "the client's tokens are lost inside the leeway");
    }
}
