using System.Collections.Frozen;
using System.Text;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A request at one of the endpoints, parsed. It represents the request's scope, which is created only when somebody asks for a service.</summary>
internal sealed class OAuthRequest(HttpContext context, string tenantId, OAuthParameters parameters) : IServiceProvider
{
    private OAuthClient? _client;

    public HttpContext Context { get; } = context;

    public string TenantId { get; } = tenantId;

    public OAuthParameters Parameters { get; } = parameters;

    /// <summary>The client, once it is authenticated.</summary>
    public OAuthClient Client
    {
        get => _client ?? throw new InvalidOperationException("The client has not been authenticated.");
        set => _client = value;
    }

    /// <summary>The key that the caller proved; null if none was.</summary>
    public ConfirmationKey? ConfirmationKey { get; set; }

    /// <summary>Uses up the proof of that key; false if it was used before. Null without a proof.</summary>
    public Func<CancellationToken, ValueTask<bool>>? UseProof { get; set; }

    /// <summary>Uses up the proof, once per request, when the request is otherwise valid.</summary>
    /// <exception cref="RefusedException">It was used before.</exception>
    public async ValueTask UseProofAsync(CancellationToken cancellationToken)
    {
        if (UseProof is { } use)
        {
            UseProof = null; // the engine may come here again after a conflict
            if (!await use(cancellationToken).ConfigureAwait(false))
            {
                throw new RefusedException(OAuthError.ProofInvalid(ProofFailure.Replay));
            }
        }
    }

    object? IServiceProvider.GetService(Type serviceType) => Context.RequestServices.GetService(serviceType);

    /// <summary>Where the request came from, for lists that users read.</summary>
    public DeviceInfo ObserveDevice(string? name = null) =>
        DeviceInfo.Observe(Context.Connection.RemoteIpAddress?.ToString(), Context.Request.Headers.UserAgent.ToString(), name);
}

/// <summary>The parameters that specifications define for the endpoints. All others are the host's grants', or nobody's.</summary>
internal static class ParameterNames
{
    public const string Audience = "audience";
    public const string ClientAssertion = "client_assertion";
    public const string ClientAssertionType = "client_assertion_type";
    public const string ClientId = "client_id";
    public const string ClientSecret = "client_secret";
    public const string GrantType = "grant_type";
    public const string RefreshToken = "refresh_token";
    public const string Resource = "resource";
    public const string Scope = "scope";
    public const string Token = "token";
    public const string TokenTypeHint = "token_type_hint";

    /// <summary>Each at most once (RFC 6749 section 3.2), whatever the endpoint: <c>resource</c> alone may repeat (RFC 8707 section 2).</summary>
    private static readonly FrozenSet<string> Single = new[]
    {
        Audience, ClientAssertion, ClientAssertionType, ClientId, ClientSecret, GrantType, RefreshToken, Scope, Token, TokenTypeHint,
        "assertion", "code", "code_verifier", "device_code", "password", "redirect_uri", "username",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The texts that most requests contain, as the bytes of the body, so that none needs a new string.</summary>
    private static readonly (byte[] Bytes, string Text)[] Known =
        [.. new[] { GrantType, ClientId, RefreshToken, ClientSecret, Scope, Audience, Resource, Token, TokenTypeHint }
            .Select(static text => (Encoding.ASCII.GetBytes(text), text))];

    public static bool MayNotRepeat(string name) => Single.Contains(name);

    public static bool IsDefined(string name) => name == Resource || Single.Contains(name);

    public static string? Find(ReadOnlySpan<byte> bytes)
    {
        foreach (var (known, text) in Known)
        {
            if (bytes.SequenceEqual(known))
            {
                return text;
            }
        }

        return null;
    }
}
