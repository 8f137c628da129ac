using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>What became of a token that was presented: the answer to the client, and what the engine told its host.</summary>
internal sealed record LabAnswer(LabPresenter By, ExchangeResult Result, RefreshTokenEvent Event);
