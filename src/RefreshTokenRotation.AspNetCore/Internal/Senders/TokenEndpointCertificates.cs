namespace RefreshTokenRotation.AspNetCore.Internal.Senders;

/// <summary>Is registered where the token endpoint binds to client certificates.</summary>
internal sealed class TokenEndpointCertificates(ClientCertificates certificates)
{
    public ClientCertificates Certificates { get; } = certificates;
}
