using System.Security.Cryptography.X509Certificates;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Where client certificates come from (RFC 8705). TLS has already decided whether one is trusted.</summary>
public sealed class MutualTlsOptions
{
    /// <summary>The certificate by which the caller proved a key. Behind a proxy that ends TLS: read it from the proxy's header, and only if
    /// nobody else can set that header.</summary>
    /// <value>Default: the certificate of the connection.</value>
    public Func<HttpContext, X509Certificate2?> FindCertificate { get; set; } = static context => context.Connection.ClientCertificate;
}
