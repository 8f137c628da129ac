using RefreshTokenRotation.Simulation.Calls;

namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>Runs every step of every call on two engines, and fails where they do not ask or answer the same.</summary>
internal sealed class AgreeingEngine(Stage stage, Universe universe, IEngine first, IEngine second) : IEngine
{
    public ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request) =>
        BothAsync(engine => engine.ExchangeAsync(request), Describe);

    public async ValueTask ConfirmUseAsync(Guid familyId, long generation) =>
        await BothAsync(engine => Done(engine.ConfirmUseAsync(familyId, generation)), static _ => "done");

    public async ValueTask RevokeAsync(Guid familyId) =>
        await BothAsync(engine => Done(engine.RevokeAsync(familyId)), static _ => "done");

    private static async ValueTask<bool> Done(ValueTask call)
    {
        await call;
        return true;
    }

    private async ValueTask<T> BothAsync<T>(Func<IEngine, ValueTask<T>> call, Func<T, string> describe)
    {
        var one = call(first).AsTask();
        var asked = one.IsCompleted ? null : stage.Asked;
        stage.Rewind();
        var other = call(second).AsTask();
        var otherAsked = other.IsCompleted ? null : stage.Asked;
        if (asked != otherAsked || Ending(one, describe) is var ending && ending != Ending(other, describe))
        {
            throw new InvalidOperationException(
                $"The engines differ: one asks {asked} and answers {Ending(one, describe)}; the other asks {otherAsked} and answers {Ending(other, describe)}.");
        }

        return await one;
    }

    private static string Ending<T>(Task<T> call, Func<T, string> describe) =>
        call.IsFaulted ? call.Exception!.InnerException!.GetType().Name
        : call.IsCompleted ? describe(call.Result)
        : "nothing yet";

    private string Describe(ExchangeResult result) => result is ExchangeResult.Succeeded succeeded
        ? $"{succeeded.Outcome} {universe.TokenId(succeeded.RefreshToken)}"
        : $"{((ExchangeResult.Rejected)result).Reason}";
}
