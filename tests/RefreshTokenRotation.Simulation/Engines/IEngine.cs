namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>What is checked: the library's engine, or one that is wrong on purpose.</summary>
internal interface IEngine
{
    ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request);

    ValueTask ConfirmUseAsync(Guid familyId, long generation);

    ValueTask RevokeAsync(Guid familyId);
}
