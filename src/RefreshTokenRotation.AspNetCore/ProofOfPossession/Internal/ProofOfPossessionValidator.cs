using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Validates the key that the caller of the token endpoint proves.</summary>
/// <remarks>
/// <para>A client that must prove one kind of key is held to it. For every other client a DPoP proof counts, since it is sent on purpose; without one,
/// the certificate of the connection.</para>
/// <para>Only what the host switched on is read: without <c>AddDPoP</c> the header is ignored, as by any other server (RFC 9449 section 5).</para>
/// </remarks>
internal sealed class ProofOfPossessionValidator(
    IOptions<RefreshTokenEndpointOptions> options,
    EndpointAddresses addresses,
    EndpointMetrics metrics,
    ILogger<ProofOfPossessionValidator> logger,
    DPoPProofs? proofs = null,
    ClientCertificates? certificates = null,
    HostHeaderWarning? hostHeader = null)
{
    private readonly DPoPProofs? _dpop = options.Value.TakesProofs ? proofs : null;
    private readonly ClientCertificates? _certificates = options.Value.TakesCertificates ? certificates : null;

    /// <summary>Sets the key of a request, or returns the error.</summary>
    public async ValueTask<OAuthError?> ValidateAsync(OAuthRequest request, CancellationToken cancellationToken)
    {
        var (context, constraint) = (request.Context, request.Client.SenderConstraint);
        if (constraint == SenderConstraint.MutualTls)
        {
            return _dpop is not null && DPoPProofs.ArePresent(context.Request) ? OAuthError.ProofNotWanted : ProveCertificate(request, isRequired: true);
        }

        if (_dpop is null)
        {
            return constraint == SenderConstraint.DPoP
                ? throw new InvalidOperationException($"Client '{request.Client.ClientId}' must prove a DPoP key, but AddDPoP was not called.")
                : ProveCertificate(request, isRequired: false);
        }

        if (!addresses.IsIssuerNamed && DPoPProofs.ArePresent(context.Request))
        {
            hostHeader?.Report();
        }

        var proof = _dpop.Verify(context, addresses.Requested(context), accessToken: null);
        if (proof.IsValid && await _dpop.IsUsedAsync(proof, cancellationToken).ConfigureAwait(false))
        {
            proof = new ProofResult(ProofFailure.Replay);
        }

        if (proof.Failure is { } failure)
        {
            logger.ProofRefused(failure);
            metrics.AuthenticationFailed("dpop", failure);
            return failure == ProofFailure.Nonce ? OAuthError.ProofNeedsNonce : OAuthError.ProofInvalid(failure);
        }

        if (!proof.IsValid)
        {
            return constraint == SenderConstraint.DPoP ? OAuthError.ProofMissing : ProveCertificate(request, isRequired: false);
        }

        request.ConfirmationKey = new ConfirmationKey(proof.Thumbprint, SenderKeyKind.DPoP);
        request.UseProof = token => _dpop.TryUseAsync(proof, token);
        return null;
    }

    private OAuthError? ProveCertificate(OAuthRequest request, bool isRequired)
    {
        if (_certificates is null)
        {
            return isRequired
                ? throw new InvalidOperationException($"Client '{request.Client.ClientId}' must prove a certificate, but AddMutualTls was not called.")
                : null;
        }

        if (_certificates.FindThumbprint(request.Context) is { } thumbprint)
        {
            request.ConfirmationKey = new ConfirmationKey(thumbprint, SenderKeyKind.Certificate);
            return null;
        }

        return isRequired ? OAuthError.CertificateMissing : null;
    }
}

/// <summary>A key that a caller proved.</summary>
/// <param name="Thumbprint">Its thumbprint: RFC 7638 with SHA-256, or the certificate's SHA-256.</param>
/// <param name="Kind">What it is.</param>
internal sealed record ConfirmationKey(string Thumbprint, SenderKeyKind Kind);
