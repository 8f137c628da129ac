namespace RefreshTokenRotation.AspNetCore.Internal.Senders;

/// <summary>Is registered where the token endpoint takes DPoP proofs. A process that only verifies access tokens has the proofs without it.</summary>
internal sealed class TokenEndpointProofs(DPoPProofs proofs)
{
    public DPoPProofs Proofs { get; } = proofs;
}
