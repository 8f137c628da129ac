using FsCheck;
using FsCheck.Fluent;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>Makes random sequences, and smaller ones of those that fail.</summary>
internal static class Sequences
{
    private const int Families = 6;

    public static Arbitrary<Sequence> Arbitrary { get; } = Arb.From(Generator(), Shrink);

    private static Gen<Sequence> Generator() =>
        from client in Number(2)
        from first in Number(Catalog.Policies.Count)
        from second in Number(Catalog.Policies.Count)
        from length in Gen.Choose(5, 30)
        from rest in Gen.ListOf(Gen.Frequency((8, Any().Select(one => new[] { one })), (3, LostAnswer()), (2, SeveralBack())), length)
        select new Sequence(
        [
            new Operation.SetPolicy(0, first),
            new Operation.SetPolicy(1, second),
            new Operation.Issue(0, client, 0, 0, false, 0),
            .. rest.SelectMany(step => step),
        ]);

    /// <summary>What the windows are about: a rotation, a wait to the edge of one, and the previous token.</summary>
    private static Gen<Operation[]> LostAnswer() =>
        from family in Number(3)
        from edge in Gen.Elements(Edge.Leeway, Edge.Leeway, Edge.LeewayOfToday, Edge.Recovery, Edge.RecoveryOfToday, Edge.ToleratedDrift)
        from ticks in Gen.Choose(-1, 1)
        from age in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Constant(2)))
        from caller in Who()
        from hook in Hook()
        select new Operation[]
        {
            new Operation.Exchange(new TokenChoice(family, 0), Caller.Rightful, Ask.Everything, new HookChoice(false, -1, -1)),
            new Operation.MoveToEdge(family, edge, ticks),
            new Operation.Exchange(new TokenChoice(family, age), caller, Ask.Everything, hook),
        };

    /// <summary>What several holders of one stored token do: it goes on without one of them, which comes back at the edge of a window.</summary>
    private static Gen<Operation[]> SeveralBack() =>
        from family in Number(3)
        from rotations in Gen.Choose(2, 4)
        from age in Gen.Choose(2, 4)
        from wait in Gen.Elements(0, 1, 2, 3)
        from edge in Gen.Elements(Edge.Leeway, Edge.LeewayOfEarlier, Edge.LeewayOfToday)
        from ticks in Gen.Choose(-1, 1)
        select (Operation[])
        [
            .. Enumerable.Repeat<Operation[]>(
                [new Operation.Exchange(new TokenChoice(family, 0), Caller.Rightful, Ask.Everything, new HookChoice(false, -1, -1)), new Operation.Wait(wait)], rotations)
                .SelectMany(step => step),
            new Operation.Exchange(new TokenChoice(family, age), Caller.Rightful, Ask.Everything, new HookChoice(false, -1, -1)),
            new Operation.MoveToEdge(family, edge, ticks),
            new Operation.Exchange(new TokenChoice(family, age), Caller.Rightful, Ask.Everything, new HookChoice(false, -1, -1)),
        ];

    private static Gen<Operation> Any() => Gen.Frequency(
        (8, Issue()),
        (36, Exchange()),
        (1, from token in Token() from caller in Who() select (Operation)new Operation.Revoke(token, caller)),
        (4, from token in Token() select (Operation)new Operation.Introspect(token)),
        (4, from family in Number(Families) from behind in Mostly(0, 1) select (Operation)new Operation.ConfirmUse(family, behind)),
        (2, from family in Number(Families) from value in Number(3) select (Operation)new Operation.SetMetadata(family, $"{value}")),
        (2, from filter in Filter() from delete in Rarely() from reason in Reason() select (Operation)new Operation.End(filter, delete, reason)),
        (2, from filter in Filter() from size in Gen.Choose(1, 4) select (Operation)new Operation.List(filter, size)),
        (1, from step in Number(Catalog.Steps.Count) select (Operation)new Operation.Prune(step)),
        (6, from client in Number(2) from policy in Number(Catalog.Policies.Count) select (Operation)new Operation.SetPolicy(client, policy)),
        (10, from step in Number(Catalog.Steps.Count) select (Operation)new Operation.Wait(step)),
        (6, from family in Number(Families)
            from edge in Number(8)
            from ticks in Gen.Choose(-1, 1)
            select (Operation)new Operation.MoveToEdge(family, (Edge)edge, ticks)));

    private static Gen<Operation> Issue() =>
        from user in Mostly(0, 1)
        from client in Number(2)
        from tenant in Mostly(0, 1)
        from session in Number(2)
        from bound in Rarely()
        from resource in Number(2)
        select (Operation)new Operation.Issue(user, client, tenant, session, bound, resource);

    private static Gen<Operation> Exchange() =>
        from token in Token()
        from caller in Who()
        from ask in Gen.Frequency((8, Gen.Constant(Ask.Everything)), (3, Number(5).Select(number => (Ask)number)))
        from hook in Hook()
        select (Operation)new Operation.Exchange(token, caller, ask, hook);

    private static Gen<TokenChoice> Token() =>
        from family in Number(Families)
        from age in Gen.Frequency((10, Gen.Constant(0)), (8, Gen.Constant(1)), (2, Gen.Choose(2, 4)), (1, Gen.Choose(TokenChoice.Forged, TokenChoice.Mistyped)))
        select new TokenChoice(family, age);

    private static Gen<Caller> Who() => Gen.Frequency((12, Gen.Constant(Caller.Rightful)), (1, Number(5).Select(number => (Caller)number)));

    private static Gen<HookChoice> Hook() => Gen.Frequency(
        (9, Gen.Constant(new HookChoice(false, -1, -1))),
        (1, from refuse in Rarely()
            from absolute in Gen.Choose(-3, Catalog.Steps.Count - 1)
            from idle in Gen.Choose(-3, Catalog.Steps.Count - 1)
            select new HookChoice(refuse, Math.Max(-1, absolute), Math.Max(-1, idle))));

    private static Gen<FilterChoice> Filter() =>
        from shape in Number(FilterChoice.Shapes)
        from tenant in Mostly(0, 1)
        from which in Number(Families)
        from extra in Number(8)
        select new FilterChoice(shape, tenant, which, extra);

    private static Gen<RevocationReason> Reason() => Gen.Elements(Enum.GetValues<RevocationReason>());

    private static Gen<int> Number(int count) => Gen.Choose(0, count - 1);

    private static Gen<int> Mostly(int usual, int other) => Gen.Frequency((4, Gen.Constant(usual)), (1, Gen.Constant(other)));

    private static Gen<bool> Rarely() => Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)));

    /// <summary>Leaves out halves, quarters and so on, and at last single operations.</summary>
    private static IEnumerable<Sequence> Shrink(Sequence sequence)
    {
        var operations = sequence.Operations;
        for (var size = operations.Count / 2; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= operations.Count; start += size)
            {
                yield return new Sequence([.. operations.Take(start), .. operations.Skip(start + size)]);
            }
        }
    }
}
