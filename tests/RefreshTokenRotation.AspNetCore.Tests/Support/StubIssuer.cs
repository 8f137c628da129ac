using System.Collections.Concurrent;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>Opaque access tokens <c>at-1</c>, <c>at-2</c>, …, and an ID token for the scope <c>openid</c>. Fails when a test says so.</summary>
internal sealed class StubIssuer : IAccessTokenIssuer
{
    private readonly ConcurrentDictionary<string, ValidatedAccessToken> _known = [];
    private int _count;

    public Exception? Failure { get; set; }

    public TimeSpan DefaultLifetime { get; set; } = TimeSpan.FromMinutes(5);

    TimeSpan? IAccessTokenIssuer.DefaultLifetime => DefaultLifetime;

    /// <summary>What was asked, oldest first.</summary>
    public ConcurrentQueue<AccessTokenRequest> Requests { get; } = [];

    public ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken)
    {
        if (Failure is { } failure)
        {
            return ValueTask.FromException<AccessToken>(failure);
        }

        Requests.Enqueue(request);
        var number = Interlocked.Increment(ref _count);
        var lifetime = request.Lifetime ?? DefaultLifetime;
        _known[$"at-{number}"] = new ValidatedAccessToken
        {
            Subject = request.Subject,
            ClientId = request.ClientId,
            TenantId = request.TenantId,
            Scopes = request.Scopes,
            Resources = request.Resources,
            ExpiresAt = RefreshTokenRotation.Tests.Support.FakeTime.Start + lifetime,
            TokenType = request.TokenType,
            SenderKeyThumbprint = request.SenderKeyThumbprint,
            FamilyId = request.Family?.FamilyId,
            Generation = request.Generation,
        };
        return new(new AccessToken
        {
            Value = $"at-{number}",
            Lifetime = lifetime,
            TokenType = request.TokenType,
            IdToken = request.Scopes.Contains("openid") ? $"idt-{number}" : null,
        });
    }

    public ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken) =>
        new(_known.GetValueOrDefault(accessToken));
}
