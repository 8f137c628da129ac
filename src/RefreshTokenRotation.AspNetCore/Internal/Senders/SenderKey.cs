namespace RefreshTokenRotation.AspNetCore.Internal.Senders;

/// <summary>A key that a caller proved.</summary>
/// <param name="Thumbprint">Its thumbprint: RFC 7638 with SHA-256, or the certificate's SHA-256.</param>
/// <param name="Kind">What it is.</param>
internal sealed record SenderKey(string Thumbprint, SenderKeyKind Kind);
