using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Makes signed events of what happened to families, and hands them out.</summary>
internal sealed class SecurityEventHandler(
    IEnumerable<ISecurityEventDelivery> deliveries,
    TimeProvider time,
    EndpointMetrics metrics,
    ILogger<SecurityEventHandler> logger,
    IOptions<SecurityEventOptions> options,
    IAccessTokenIssuer? tokens = null,
    IJsonWebTokenSigner? signer = null)
    : IRefreshTokenEventHandler
{
    /// <summary>The explicit type (RFC 8417 section 2.3).</summary>
    public const string TokenType = "secevent+jwt";

    // The options' validation, which comes first, has found a signer and an issuer.
    private readonly string _audience = options.Value.Audience;
    private readonly string _issuer = (options.Value.Issuer ?? tokens?.Issuer)!;
    private readonly IJsonWebTokenSigner _signer = signer!;
    private readonly ISecurityEventDelivery[] _deliveries = [.. deliveries];

    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        foreach (var (type, subject, content) in SecurityEventContent.Of(refreshTokenEvent, _issuer))
        {
            // Neither sub nor exp: no verifier can take it for another token (RFC 8417 sections 4.5 and 4.6).
            var id = Guid.NewGuid().ToString("N");
            var payload = new JsonObject
            {
                ["iss"] = _issuer,
                ["jti"] = id,
                ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
                ["aud"] = _audience,
                ["sub_id"] = subject,
                ["events"] = new JsonObject { [type] = content },
            };
            var value = await _signer.SignAsync(TokenType, Encoding.UTF8.GetBytes(payload.ToJsonString()), cancellationToken).ConfigureAwait(false);
            foreach (var delivery in _deliveries)
            {
                try
                {
                    await delivery.DeliverAsync(new SecurityEventToken(id, type, value), cancellationToken).ConfigureAwait(false);
                }
                catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
                {
                    // The other deliveries, and the event after this one, are not to lose by it.
                    logger.SecurityEventNotDelivered(fault, type);
                    metrics.SecurityEventLost("failed");
                }
            }
        }
    }
}
