using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>One step of a random sequence in which the store fails.</summary>
internal abstract record FaultStep
{
    private FaultStep()
    {
    }

    public abstract Task RunAsync(FaultWorld world);

    /// <summary>The client presents a token: 0 its newest, 1 the one before, 2 the oldest.</summary>
    public sealed record Present(int Age, IReadOnlyList<PlannedFault> Faults) : FaultStep
    {
        public override async Task RunAsync(FaultWorld world)
        {
            var token = Choose(world, Age);
            var wasGood = await world.IsSurelyGoodAsync(token);
            var isOneLate = world.Store.LateWriteCount > 0;
            var calls = world.Store.History.Count;
            foreach (var planned in Faults)
            {
                world.Store.OnCall(planned.Call, planned.Number, planned.Fault);
            }

            var answer = await world.PresentAsync(token);
            world.Store.Heal();
            var hit = world.Store.History.Skip(calls).Where(call => call.Fault.Kind != StoreFaultKind.None).ToList();
            var isStale = hit.Any(call => call.Fault.Kind == StoreFaultKind.StaleRead);
            var row = (await world.RowAsync())!;
            switch (answer)
            {
                case null:
                    FaultWorld.Require(
                        isOneLate || hit.Any(call => call.Context.Call == StoreCall.Find) || hit.Count > 1, $"unavailable after {string.Join(", ", hit)}");
                    break;
                case ExchangeResult.Succeeded success:
                    var writes = success.Outcome is not (ExchangeOutcome.Used or ExchangeOutcome.Reissued);
                    FaultWorld.Require(
                        Standing.IsCurrent(success.RefreshToken, row) || (isStale && !writes), $"{success.Outcome} is not backed by the row");
                    FaultWorld.Require(row.RevokedAt is null || isStale, $"{success.Outcome} for a revoked family");
                    break;
                case ExchangeResult.Rejected { Reason: RejectionReason.ReuseDetected }:
                    FaultWorld.Require(world.Policy.ShadowMode || row.RevokedAt is not null, "reuse was detected and nothing revoked");
                    FaultWorld.Require(
                        !wasGood || world.Policy.Leeway == TimeSpan.Zero || (isStale && world.Policy.ShadowMode), "a good token was called reuse");
                    break;
                case ExchangeResult.Rejected { Reason: RejectionReason.Revoked }:
                    FaultWorld.Require(row.RevokedAt is not null, "called revoked, and is not");
                    break;
                case ExchangeResult.Rejected { Reason: RejectionReason.Expired }:
                    FaultWorld.Require(isStale || row.GetState(world.Subject.Now) == FamilyState.Expired, "called expired, and is not");
                    break;
                case ExchangeResult.Rejected rejected:
                    FaultWorld.Require(isStale, $"refused as {rejected.Reason}");
                    break;
            }
        }

        public override string ToString() => $"Present {Age} with {string.Join(", ", Faults)}";
    }

    /// <summary>Two tabs at once: the first waits at one of its calls until the second is done.</summary>
    public sealed record PresentTwice(int First, int Second, StoreCall WaitsAt, bool AfterTheCall) : FaultStep
    {
        public override async Task RunAsync(FaultWorld world)
        {
            var (first, second) = (Choose(world, First), Choose(world, Second));
            var wereGood = await world.IsSurelyGoodAsync(first) && await world.IsSurelyGoodAsync(second);
            var gate = new StoreGate();
            world.Store.OnNext(WaitsAt, AfterTheCall ? StoreFault.DelayAfter(gate) : StoreFault.DelayBefore(gate));

            var slow = world.PresentAsync(first);
            world.Store.Heal();
            var quick = await world.PresentAsync(second);
            gate.Open();
            var late = await slow;

            FaultWorld.Require(!wereGood || (quick is not null && late is not null), "unavailable though nothing failed");
            if (wereGood && world.Policy.Leeway > TimeSpan.Zero && First == Second)
            {
                FaultWorld.Require(
                    quick is ExchangeResult.Succeeded one && late is ExchangeResult.Succeeded other && one.RefreshToken == other.RefreshToken,
                    $"two tabs with one good token got {quick} and {late}");
            }
        }
    }

    public sealed record LandLateWrites : FaultStep
    {
        public override Task RunAsync(FaultWorld world) => world.Store.LandLateWritesAsync();
    }

    public sealed record Wait(int Step) : FaultStep
    {
        public override Task RunAsync(FaultWorld world)
        {
            world.Subject.Time.Advance(Catalog.Steps.At(Step).Duration());
            return Task.CompletedTask;
        }
    }

    public sealed record ConfirmUse : FaultStep
    {
        public override async Task RunAsync(FaultWorld world) =>
            await world.Subject.Families.ConfirmUseAsync(world.FamilyId, (await world.RowAsync())!.Generation);
    }

    public sealed record SetMetadata(int Value) : FaultStep
    {
        public override async Task RunAsync(FaultWorld world) => await world.Subject.Families.SetMetadataAsync(
            world.FamilyId, new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = $"{Value}" });
    }

    public sealed record Revoke : FaultStep
    {
        public override async Task RunAsync(FaultWorld world) => await world.Subject.Families.RevokeAsync(TokenFamilyFilter.ForFamily(world.FamilyId));
    }

    private static RefreshToken Choose(FaultWorld world, int age) => age switch
    {
        0 => world.Newest,
        1 => world.Previous,
        _ => world.Given[0],
    };
}
