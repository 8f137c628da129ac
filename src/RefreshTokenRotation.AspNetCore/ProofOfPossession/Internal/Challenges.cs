using static RefreshTokenRotation.AspNetCore.AccessTokenVerification;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The refusals of a protected API. Each offers both schemes, and puts the error under the one that was used (RFC 9449 section 7.2).</summary>
internal sealed class Challenges(IEnumerable<string> algorithms, Uri? resourceMetadata)
{
    public const string Bearer = "Bearer";
    public const string DPoP = "DPoP";

    private const string TokenInvalid = "invalid_token";

    private readonly string _algorithms = $"algs=\"{string.Join(' ', algorithms)}\"";

    /// <summary>Where a new client starts (RFC 9728 section 5.1).</summary>
    private readonly string? _metadata = resourceMetadata is null ? null : MetadataParameter(resourceMetadata);

    /// <summary>The parameter of a challenge that names the metadata of the API.</summary>
    public static string MetadataParameter(Uri address) => $"resource_metadata=\"{address.AbsoluteUri}\"";

    /// <summary>A request without credentials gets no error code (RFC 6750 section 3.1).</summary>
    public Rejected NoToken => new(StatusCodes.Status401Unauthorized, null, [Challenge(Bearer), Challenge(DPoP, _algorithms)]);

    public Rejected SeveralTokens => OfBearer(StatusCodes.Status400BadRequest, "invalid_request");

    public Rejected BearerInvalid => OfBearer(StatusCodes.Status401Unauthorized, TokenInvalid);

    public Rejected BoundInvalid => OfDPoP(TokenInvalid);

    /// <summary>The token is not good, under the scheme that the client used.</summary>
    public Rejected TokenRefused(string scheme) => scheme == DPoP ? BoundInvalid : BearerInvalid;

    public Rejected NonceNeeded => OfDPoP(OAuthError.NonceNeededCode);

    /// <summary>The proof failed a check.</summary>
    public Rejected ProofInvalid(string failure) => OfDPoP(OAuthError.ProofInvalidCode, OAuthError.DescribeProof(failure));

    private Rejected OfBearer(int statusCode, string error) =>
        new(statusCode, error, [Challenge(Bearer, $"error=\"{error}\""), Challenge(DPoP, _algorithms)]);

    private Rejected OfDPoP(string error, string? description = null)
    {
        var told = description is null ? $"error=\"{error}\"" : $"error=\"{error}\", error_description=\"{description}\"";
        return new(StatusCodes.Status401Unauthorized, error, [Challenge(DPoP, told, _algorithms), Challenge(Bearer)]);
    }

    private string Challenge(string scheme, params IEnumerable<string> parameters)
    {
        var all = string.Join(", ", _metadata is null ? parameters : parameters.Append(_metadata));
        return all.Length == 0 ? scheme : $"{scheme} {all}";
    }
}
