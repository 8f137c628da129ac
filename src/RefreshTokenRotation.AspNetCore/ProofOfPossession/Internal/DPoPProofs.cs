using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Verifies DPoP proofs (RFC 9449 section 4.3).</summary>
internal sealed class DPoPProofs(IOptions<DPoPOptions> options, IReplayStore replays, DPoPNonces nonces, TimeProvider time)
{
    private const string Header = "DPoP";
    private const string NonceHeader = "DPoP-Nonce";
    private const string Type = "dpop+jwt";
    private const int LongestProof = 8 * 1024;
    private const int LongestId = 256;

    private readonly HashSet<string> _algorithms = new(options.Value.SigningAlgorithms, StringComparer.Ordinal);
    private readonly TimeSpan _window = options.Value.ProofWindow;

    /// <summary>The algorithms that proofs may be signed with.</summary>
    public IReadOnlyList<string> Algorithms { get; } = [.. options.Value.SigningAlgorithms];

    public static bool ArePresent(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <summary>Verifies the proof of a request and uses it up. The response carries the next nonce if the client needs one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="address">Its address, as clients see it.</param>
    /// <param name="accessToken">The access token of a request to a protected API; null at the token endpoint.</param>
    /// <param name="cancellationToken">The request's.</param>
    public async ValueTask<ProofResult> VerifyAsync(HttpContext context, string address, string? accessToken, CancellationToken cancellationToken)
    {
        var header = context.Request.Headers[Header];
        if (header.Count == 0)
        {
            if (nonces.IsRequired)
            {
                HandOut(context);
            }

            return new ProofResult(ProofOutcome.Missing);
        }

        if (header is not [{ Length: > 0 and <= LongestProof } text]
            || CompactJws.Parse(text) is not { } proof
            || CompactJws.Text(proof.Header, "typ") != Type
            || proof.Algorithm is not { } algorithm
            || !_algorithms.Contains(algorithm)
            || !proof.Header.TryGetProperty("jwk", out var sent)
            || ProofKey.Read(sent) is not { } key
            || !JsonWebKeys.Verify(key, proof)
            || CompactJws.Text(proof.Payload, "htm") != context.Request.Method
            || CompactJws.Text(proof.Payload, "htu") is not { } named
            || !RequestAddress.IsSame(named, address)
            || (accessToken is not null && CompactJws.Text(proof.Payload, "ath") != HashOf(accessToken))
            || CompactJws.Text(proof.Payload, "jti") is not { Length: > 0 and <= LongestId } id
            || IssuedAt(proof.Payload) is not { } issuedAt)
        {
            return new ProofResult(ProofOutcome.Invalid);
        }

        if (nonces.IsRequired)
        {
            if (!nonces.IsGood(CompactJws.Text(proof.Payload, "nonce"), out var isEnding))
            {
                HandOut(context);
                return new ProofResult(ProofOutcome.NonceNeeded);
            }

            if (isEnding)
            {
                HandOut(context);
            }
        }

        var thumbprint = ProofKey.Thumbprint(key);
        if (EndOf(issuedAt) is not { } end
            || !await replays.TryAddAsync(HashOf($"dpop\0{thumbprint}\0{id}"), end, cancellationToken).ConfigureAwait(false))
        {
            return new ProofResult(ProofOutcome.Invalid);
        }

        return new ProofResult(ProofOutcome.Valid, thumbprint);
    }

    /// <summary>Until when the proof would be accepted, and so must be remembered; null if it is too old or too new.</summary>
    private DateTimeOffset? EndOf(double issuedAt)
    {
        var now = time.GetUtcNow();
        if (nonces.IsRequired)
        {
            return now + (3 * nonces.Span); // of the newest nonce, from a node whose clock is ahead
        }

        var age = (now - DateTimeOffset.UnixEpoch).TotalSeconds - issuedAt;
        return Math.Abs(age) <= _window.TotalSeconds
            ? now + TimeSpan.FromSeconds(_window.TotalSeconds - age) + TimeSpan.FromSeconds(1) // the last instant is inside, and doubles are rounded
            : null;
    }

    private static double? IssuedAt(JsonElement payload) =>
        payload.TryGetProperty("iat", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    private static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void HandOut(HttpContext context) => context.Response.Headers[NonceHeader] = nonces.Current;
}

/// <summary>How the verification of a DPoP proof ended.</summary>
internal enum ProofOutcome
{
    /// <summary>The request has no proof.</summary>
    Missing,

    /// <summary>The proof is malformed, not for this request, too old, or used before.</summary>
    Invalid,

    /// <summary>The proof has no nonce, or one that has expired.</summary>
    NonceNeeded,

    /// <summary>It proves its key.</summary>
    Valid,
}

/// <summary>The result of verifying a DPoP proof.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Thumbprint">The key's (<c>jkt</c>), if the proof is valid; else null.</param>
internal readonly record struct ProofResult(ProofOutcome Outcome, string? Thumbprint = null);

/// <summary>The public key in the header of a proof.</summary>
internal static class ProofKey
{
    /// <summary>The members that only a private or a shared key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).</summary>
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>Reads the key; null if it is not public, or can't verify proofs.</summary>
    public static JsonWebKey? Read(JsonElement key) =>
        key.ValueKind != JsonValueKind.Object || Array.Exists(PrivateMembers, member => key.TryGetProperty(member, out _)) ? null : JsonWebKeys.Read(key);

    /// <summary>The thumbprint (RFC 7638).</summary>
    public static string Thumbprint(JsonWebKey key) => Base64Url.EncodeToString(key.ComputeJwkThumbprint());
}
