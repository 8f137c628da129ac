using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Thumbprints of client certificates.</summary>
internal sealed class ClientCertificates(IOptions<MutualTlsOptions> options)
{
    /// <summary><c>x5t#S256</c> (RFC 8705 section 3.1); null if the caller used no certificate.</summary>
    public string? FindThumbprint(HttpContext context) =>
        options.Value.FindCertificate(context) is { } certificate ? Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)) : null;
}
