namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What an endpoint does with a parsed request.</summary>
/// <param name="request">The request. Its client is not authenticated yet.</param>
/// <param name="cancellationToken">The request's.</param>
/// <returns>The error to answer, or null if the answer has been sent.</returns>
internal delegate ValueTask<OAuthError?> OAuthHandler(OAuthRequest request, CancellationToken cancellationToken);
