namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>
/// What a call is before it runs. Equal roots draw equal random bytes; the actor and its count make each call of a history unique.
/// </summary>
/// <param name="Kind">Which call.</param>
/// <param name="Actor">Who calls.</param>
/// <param name="Count">Which of the actor's calls this is.</param>
/// <param name="Token">The presented token; for the host's calls the family.</param>
/// <param name="Generation">The generation that is confirmed.</param>
/// <param name="Client">The client that authenticated.</param>
/// <param name="Key">The thumbprint that was proved.</param>
/// <param name="AsksTooMuch">Whether it asks for scope beyond the grant.</param>
/// <param name="SlowSigner">Whether the access token is produced by a signer that may take time.</param>
internal sealed record CallRoot(
    CallKind Kind, int Actor, int Count, int Token, long Generation = 0, string Client = Universe.Client, string? Key = null, bool AsksTooMuch = false,
    bool SlowSigner = false);
