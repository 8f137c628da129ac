using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>What became of a presented token: the response to the client, and the event that the engine published.</summary>
internal sealed record LabAnswer(LabPresenter By, ExchangeResult Result, RefreshTokenEvent Event);
