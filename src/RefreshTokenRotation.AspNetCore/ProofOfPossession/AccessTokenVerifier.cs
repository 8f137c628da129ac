namespace RefreshTokenRotation.AspNetCore;

/// <summary>
/// Reads the access token of a request to a protected API: <c>Bearer</c> (RFC 6750) and <c>DPoP</c> (RFC 9449 section 7). A token that is bound to a
/// key is accepted only with a proof of that key, or on a connection with that certificate (RFC 8705 section 3). Register it with
/// <c>AddDPoP</c> or <c>AddAccessTokenVerification</c>. Thread-safe.
/// </summary>
public sealed class AccessTokenVerifier
{
    private readonly DPoPProofs _proofs;
    private readonly ClientCertificates _certificates;
    private readonly string? _origin;
    private readonly HostHeaderWarning _hostHeader;
    private readonly TenantRule _tenants;
    private readonly IAccessTokenIssuer? _issuer;

    internal AccessTokenVerifier(
        DPoPProofs proofs, ClientCertificates certificates, HostHeaderWarning hostHeader, TenantRule tenants, DPoPOptions options, IAccessTokenIssuer? issuer)
    {
        (_proofs, _certificates, _hostHeader, _tenants, _origin, _issuer) = (proofs, certificates, hostHeader, tenants, options.ResourceOrigin, issuer);
        Challenges = new Challenges(options.SigningAlgorithms, options.ResourceMetadata);
    }

    internal Challenges Challenges { get; }

    /// <summary>The claim that names the tenant.</summary>
    internal string TenantClaim => _tenants.Claim;

    /// <summary>Verifies a request whose access token the host's own <see cref="IAccessTokenIssuer"/> has issued.</summary>
    /// <param name="context">The request. The response gets a <c>DPoP-Nonce</c> header if the client needs one.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>What the token says, or the response that rejects the request. An exception is an outage.</returns>
    /// <exception cref="InvalidOperationException">No <see cref="IAccessTokenIssuer"/> is registered.</exception>
    public ValueTask<AccessTokenVerification> VerifyAsync(HttpContext context, CancellationToken cancellationToken = default) =>
        _issuer is null
            ? throw new InvalidOperationException("No IAccessTokenIssuer is registered: register one, or pass VerifyAsync a delegate that validates tokens.")
            : VerifyAsync(context, _issuer.ValidateAsync, cancellationToken);

    /// <summary>Verifies a request whose access token the API validates itself: with the issuer's public keys, or by introspection.</summary>
    /// <param name="context">The request. The response gets a <c>DPoP-Nonce</c> header if the client needs one.</param>
    /// <param name="read">Reads a token, which is any text that a caller presented. It returns null if the text is not a valid access token, and otherwise
    /// what the token says: with <c>cnf.jkt</c> the thumbprint and the type <c>DPoP</c>, with <c>cnf.x5t#S256</c> the thumbprint alone.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>What the token says, or the response that rejects the request. An exception is an outage.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public async ValueTask<AccessTokenVerification> VerifyAsync(
        HttpContext context, Func<string, CancellationToken, ValueTask<ValidatedAccessToken?>> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(read);
        var header = context.Request.Headers.Authorization;
        if (header.Count > 1)
        {
            return Challenges.SeveralTokens;
        }

        if (TokenOf(header, Challenges.DPoP) is { } bound)
        {
            return await VerifyBoundAsync(context, bound, await ValidateAsync(bound).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        if (TokenOf(header, Challenges.Bearer) is not { } bearer)
        {
            return Challenges.NoToken;
        }

        // A thief of a bound token must not get through by presenting it as a bearer token.
        return await ValidateAsync(bearer).ConfigureAwait(false) is { } token
            && !IsDPoP(token)
            && (token.SenderKeyThumbprint is null || token.SenderKeyThumbprint == _certificates.FindThumbprint(context))
                ? new AccessTokenVerification.Accepted(token)
                : Challenges.BearerInvalid;

        // A token of another tenant is no valid one here.
        async ValueTask<ValidatedAccessToken?> ValidateAsync(string value) =>
            Syntax.IsToken(value) && await read(value, cancellationToken).ConfigureAwait(false) is { } found && found.TenantId == _tenants.Of(context) ? found : null;
    }

    private async ValueTask<AccessTokenVerification> VerifyBoundAsync(
        HttpContext context, string value, ValidatedAccessToken? token, CancellationToken cancellationToken)
    {
        if (token is null || !IsDPoP(token) || token.SenderKeyThumbprint is not { } thumbprint)
        {
            return Challenges.BoundInvalid;
        }

        if (_origin is null)
        {
            _hostHeader.Report();
        }

        var request = context.Request;
        var address = (_origin ?? $"{request.Scheme}://{request.Host.ToUriComponent()}")
            + request.PathBase.ToUriComponent() + request.Path.ToUriComponent();
        var proof = _proofs.Verify(context, address, value);
        if (!proof.IsValid)
        {
            return proof.Failure == ProofFailure.Nonce ? Challenges.NonceNeeded : Challenges.ProofInvalid(proof.Failure ?? ProofFailure.Form);
        }

        // Another key is rejected before anything is remembered: otherwise anyone who copied a token could fill the store.
        return proof.Thumbprint != thumbprint ? Challenges.BoundInvalid
            : await _proofs.TryUseAsync(proof, cancellationToken).ConfigureAwait(false) ? new AccessTokenVerification.Accepted(token)
            : Challenges.ProofInvalid(ProofFailure.Replay);
    }

    private static bool IsDPoP(ValidatedAccessToken token) => string.Equals(token.TokenType, Challenges.DPoP, StringComparison.OrdinalIgnoreCase);

    private static string? TokenOf(IReadOnlyList<string?> header, string scheme) =>
        header is [{ } value]
        && value.Length > scheme.Length
        && value[scheme.Length] == ' '
        && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
        && value.AsSpan(scheme.Length).Trim(' ') is { Length: > 0 } token
            ? token.ToString()
            : null;
}
