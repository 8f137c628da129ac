namespace RefreshTokenRotation;

/// <summary>Produces the access token of one response, before anything is written. An exception ends the call and consumes nothing; in an exchange, an
/// <see cref="ExchangeRefusedException"/> makes the result a rejection.</summary>
/// <param name="context">The user, client, scope and resources, and the generation of the family.</param>
/// <param name="cancellationToken">The caller's.</param>
public delegate ValueTask<AccessToken> AccessTokenFactory(AccessTokenContext context, CancellationToken cancellationToken);
