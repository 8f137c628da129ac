using System.Buffers;
using RefreshTokenRotation.Jwt.Internal;

namespace RefreshTokenRotation.Jwt;

/// <summary>Issues JWT access tokens (RFC 9068) and ID tokens (OpenID Connect Core), reads its own access tokens, and publishes its keys.
/// Register it with <c>UseJwtAccessTokens</c>. Thread-safe.</summary>
public sealed class JwtAccessTokenIssuer : IAccessTokenIssuer, IJsonWebKeySetSource, IJsonWebTokenSigner
{
    private static readonly SearchValues<char> TypeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly string[] OwnTypes = ["at+jwt", "JWT"];

    private readonly JwtAccessTokenOptions _options;
    private readonly KeyRing _ring;
    private readonly HostParts<IClaimsSource> _sources;
    private readonly TimeProvider _time;
    private readonly TokenReader _reader;

    internal JwtAccessTokenIssuer(JwtAccessTokenOptions options, KeyRing ring, HostParts<IClaimsSource> sources, TimeProvider time) =>
        (_options, _ring, _sources, _time, _reader) = (options, ring, sources, time, new TokenReader(options.Issuer, options.TenantClaim, time));

    /// <summary>The issuer that the tokens name: <see cref="JwtAccessTokenOptions.Issuer"/>.</summary>
    public string Issuer => _options.Issuer;

    /// <summary>The claim that names the tenant: <see cref="JwtAccessTokenOptions.TenantClaim"/>.</summary>
    public string TenantClaim => _options.TenantClaim;

    /// <summary>The audience of a token that was requested without a resource server: <see cref="JwtAccessTokenOptions.DefaultAudience"/>, or else the
    /// issuer.</summary>
    public string DefaultAudience => _options.DefaultAudience ?? _options.Issuer;

    /// <summary>How long access tokens live if a request names no lifetime: <see cref="JwtAccessTokenOptions.AccessTokenLifetime"/>.</summary>
    public TimeSpan? DefaultLifetime => _options.AccessTokenLifetime;

    /// <summary>Makes an access token, and an ID token if the scope contains <c>openid</c>.</summary>
    /// <param name="request">For whom, and for what.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The tokens. Their lifetimes are counted from the whole second before now.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime that the request asks for is not between 1 second and 30 days, in whole
    /// seconds.</exception>
    /// <exception cref="InvalidOperationException">No key is active, a claims source set a claim of the protocol, or the token is too
    /// long.</exception>
    public async ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var lifetime = Lifetime(request);
        var keys = await _ring.GetAsync(cancellationToken).ConfigureAwait(false);
        var key = keys.Active?.Material ?? throw KeyCheck.NoActiveKey();

        var claims = await ClaimsAsync(JwtTokenKind.AccessToken, request, cancellationToken).ConfigureAwait(false);
        var confirmation = request.SenderKeyThumbprint is null ? default(ConfirmationMethod?) : _options.SelectConfirmation(request);
        var issuedAt = _time.GetUtcNow().ToUnixTimeSeconds();
        var frame = new TokenFrame(
            _options.Issuer, DefaultAudience, _options.TenantClaim, confirmation ?? default, issuedAt, issuedAt + Seconds(lifetime));
        var accessToken = await CompactToken.SignAsync(
            key, TokenPayload.AccessToken(key.AccessTokenHeader, request, frame, claims.Claims), cancellationToken).ConfigureAwait(false);

        return new AccessToken
        {
            Value = accessToken,
            Lifetime = lifetime,
            TokenType = confirmation == ConfirmationMethod.DPoP ? "DPoP" : "Bearer",
            IdToken = request.Scopes.Contains("openid", StringComparer.Ordinal)
                ? await IdTokenAsync(request, frame, key, accessToken, cancellationToken).ConfigureAwait(false)
                : null,
        };
    }

    /// <summary>Reads an access token of this issuer: signature, algorithm, type, issuer and lifetime, without tolerance.</summary>
    /// <param name="accessToken">Any text that a caller presented.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What the token says, or null if it is not a valid access token of this issuer; an ID token is not one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="accessToken"/> is null.</exception>
    public async ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(accessToken);
        return await _reader.ValidateAsync(accessToken, await _ring.GetAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>The public keys that validate tokens now or soon.</summary>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>A JSON Web Key Set: the same string until a key comes or goes.</returns>
    public async ValueTask<string> GetJsonWebKeySetAsync(CancellationToken cancellationToken) =>
        (await _ring.GetAsync(cancellationToken).ConfigureAwait(false)).Json;

    /// <inheritdoc/>
    public async ValueTask<string> SignAsync(string type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        if (type.AsSpan().ContainsAnyExcept(TypeCharacters) || OwnTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"The type ('{type}') must not be that of access or ID tokens, and may contain only letters, digits, '+', '-' and '.'.", nameof(type));
        }

        var key = (await _ring.GetAsync(cancellationToken).ConfigureAwait(false)).Active?.Material ?? throw KeyCheck.NoActiveKey();
        var data = CompactToken.SigningInput(CompactToken.Header(key.Algorithm, key.KeyId, type), payload.Span);
        return await CompactToken.SignAsync(key, data, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string> IdTokenAsync(
        AccessTokenRequest request, TokenFrame frame, KeyMaterial key, string accessToken, CancellationToken cancellationToken)
    {
        var claims = await ClaimsAsync(JwtTokenKind.IdToken, request, cancellationToken).ConfigureAwait(false);
        var payload = TokenPayload.IdToken(
            key.IdTokenHeader, request, frame with { ExpiresAt = frame.IssuedAt + Seconds(_options.IdTokenLifetime) }, accessToken, claims.Claims);
        return await CompactToken.SignAsync(key, payload, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<ClaimsContext> ClaimsAsync(JwtTokenKind kind, AccessTokenRequest request, CancellationToken cancellationToken) =>
        _sources.UseAsync(
            request.Services,
            (context: new ClaimsContext(kind, request, _options.TenantClaim), cancellationToken),
            static (sources, call) => AskAsync(sources, call.context, call.cancellationToken));

    private static async ValueTask<ClaimsContext> AskAsync(IClaimsSource[] sources, ClaimsContext context, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            await source.AddClaimsAsync(context, cancellationToken).ConfigureAwait(false);
        }

        return context;
    }

    private TimeSpan Lifetime(AccessTokenRequest request) =>
        request.Lifetime is not { } lifetime ? _options.AccessTokenLifetime
        : JwtOptionsValidator.IsLifetime(lifetime) ? lifetime
        : throw new ArgumentOutOfRangeException(
            nameof(request), lifetime, $"The lifetime ({lifetime}) must be between 00:00:01 and {JwtOptionsValidator.MaxLifetime}, in whole seconds.");

    private static long Seconds(TimeSpan lifetime) => lifetime.Ticks / TimeSpan.TicksPerSecond;
}
