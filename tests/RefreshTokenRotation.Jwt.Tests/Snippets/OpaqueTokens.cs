using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.Jwt.Tests.Snippets;

// snippet: opaque
internal sealed class OpaqueTokens(TimeProvider time) : IAccessTokenIssuer
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(10);

    // Keyed by hash, so that a leaked store contains no token. A real store is shared by the nodes, and deletes expired tokens.
    private readonly ConcurrentDictionary<string, ValidatedAccessToken> _issued = new();

    public ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken)
    {
        var (token, lifetime) = (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), request.Lifetime ?? DefaultLifetime);
        _issued[Hash(token)] = new ValidatedAccessToken
        {
            Subject = request.Subject,
            ClientId = request.ClientId,
            TenantId = request.TenantId,
            Scopes = request.Scopes,
            Resources = request.Resources,
            IssuedAt = time.GetUtcNow(),
            ExpiresAt = time.GetUtcNow() + lifetime,
            SenderKeyThumbprint = request.SenderKeyThumbprint,
            TokenType = request.TokenType,
            FamilyId = request.Family?.FamilyId,
            Generation = request.Generation,
        };
        return new(new AccessToken
        {
            Value = token,
            Lifetime = lifetime,
            TokenType = request.TokenType,
        });
    }

    public ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken) =>
        new(_issued.TryGetValue(Hash(accessToken), out var known) && time.GetUtcNow() < known.ExpiresAt ? known : null);

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
// end-snippet
