using System.Buffers.Text;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>The cheapest access tokens there are: 32 random bytes, and nothing kept.</summary>
internal sealed class OpaqueIssuer : IAccessTokenIssuer
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    public ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken)
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        return new(new AccessToken { Value = Base64Url.EncodeToString(random), Lifetime = Lifetime });
    }

    public ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nothing here reads access tokens.");
}
