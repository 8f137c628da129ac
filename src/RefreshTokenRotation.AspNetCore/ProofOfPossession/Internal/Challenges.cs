using Microsoft.AspNetCore.Http;
using static RefreshTokenRotation.AspNetCore.AccessTokenVerification;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The refusals of a protected API. Each offers both schemes, and tells the error under the one that was used (RFC 9449 section 7.2).</summary>
internal sealed class Challenges(IEnumerable<string> algorithms)
{
    public const string Bearer = "Bearer";
    public const string DPoP = "DPoP";

    private const string TokenInvalid = "invalid_token";

    private readonly string _algorithms = $"algs=\"{string.Join(' ', algorithms)}\"";

    /// <summary>A request without credentials gets no error code (RFC 6750 section 3.1).</summary>
    public Rejected NoToken => new(StatusCodes.Status401Unauthorized, null, [Bearer, $"{DPoP} {_algorithms}"]);

    public Rejected SeveralTokens => OfBearer(StatusCodes.Status400BadRequest, "invalid_request");

    public Rejected BearerInvalid => OfBearer(StatusCodes.Status401Unauthorized, TokenInvalid);

    public Rejected BoundInvalid => OfDPoP(TokenInvalid);

    public Rejected ProofInvalid => OfDPoP(OAuthError.ProofInvalidCode);

    public Rejected NonceNeeded => OfDPoP(OAuthError.NonceNeededCode);

    private Rejected OfBearer(int statusCode, string error) => new(statusCode, error, [$"{Bearer} error=\"{error}\"", $"{DPoP} {_algorithms}"]);

    private Rejected OfDPoP(string error) => new(StatusCodes.Status401Unauthorized, error, [$"{DPoP} error=\"{error}\", {_algorithms}", Bearer]);
}
