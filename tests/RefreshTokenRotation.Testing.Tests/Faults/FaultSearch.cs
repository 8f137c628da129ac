using FsCheck;
using FsCheck.Fluent;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>Looks for a sequence of faults that breaks an invariant.</summary>
internal static class FaultSearch
{
    /// <summary>Puts random sequences of steps and faults to an engine.</summary>
    /// <returns>The smallest counterexample that was found, and the seed; null if there was none.</returns>
    public static string? Run(Func<ITokenStore, Subject> engine, int count) =>
        Search.ForAll(Arb.From(Generator(), Shrink), sequence => sequence.RunAsync(engine), count);

    private static Gen<FaultSequence> Generator() =>
        from policy in Gen.Choose(0, FaultSequence.Policies.Count - 1)
        from length in Gen.Choose(1, 12)
        from steps in Gen.ListOf(Step(), length)
        select new FaultSequence(policy, [.. steps]);

    private static Gen<FaultStep> Step() => Gen.Frequency(
        (20, from age in Age() from faults in Faults() select (FaultStep)new FaultStep.Present(age, faults)),
        (5, from first in Age()
            from second in Age()
            from waitsAt in Gen.Elements(StoreCall.Find, StoreCall.CompareAndSwap)
            from after in Gen.Elements(false, true)
            select (FaultStep)new FaultStep.PresentTwice(first, second, waitsAt, after)),
        (2, Gen.Constant<FaultStep>(new FaultStep.LandLateWrites())),
        (3, Gen.Choose(0, 8).Select(step => (FaultStep)new FaultStep.Wait(step))),
        (1, Gen.Constant<FaultStep>(new FaultStep.ConfirmUse())),
        (1, Gen.Choose(0, 9).Select(value => (FaultStep)new FaultStep.SetMetadata(value))),
        (1, Gen.Constant<FaultStep>(new FaultStep.Revoke())));

    private static Gen<int> Age() => Gen.Frequency((10, Gen.Constant(0)), (5, Gen.Constant(1)), (1, Gen.Constant(2)));

    private static Gen<IReadOnlyList<PlannedFault>> Faults() =>
        from count in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Constant(1)), (2, Gen.Choose(2, 5)))
        from faults in Gen.ListOf(Fault(), count)
        select (IReadOnlyList<PlannedFault>)[.. faults];

    private static Gen<PlannedFault> Fault() =>
        from call in Gen.Frequency((1, Gen.Constant(StoreCall.Find)), (2, Gen.Constant(StoreCall.CompareAndSwap)))
        from number in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(2, 4)))
        from fault in Gen.Elements([.. RandomFaults.Usual, StoreFault.StaleRead(), StoreFault.StaleRead(2)]).Where(fault => fault.AppliesTo(call))
        select new PlannedFault(call, number, fault);

    private static IEnumerable<FaultSequence> Shrink(FaultSequence sequence) =>
        Enumerable.Range(0, sequence.Steps.Count).Select(left => sequence with { Steps = [.. sequence.Steps.Where((_, i) => i != left)] })
            .Concat(
                from i in Enumerable.Range(0, sequence.Steps.Count)
                let present = sequence.Steps[i] as FaultStep.Present
                where present is not null
                from left in Enumerable.Range(0, present.Faults.Count)
                let smaller = present with { Faults = [.. present.Faults.Where((_, j) => j != left)] }
                select sequence with { Steps = [.. sequence.Steps.Select((step, j) => j == i ? smaller : step)] });
}
