using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

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
    private readonly double _window = options.Value.ProofWindow.TotalSeconds;
    private readonly double _future = options.Value.FutureTolerance.TotalSeconds;

    /// <summary>What proofs may be signed with.</summary>
    public IReadOnlyList<string> Algorithms { get; } = [.. options.Value.SigningAlgorithms];

    public static bool ArePresent(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <summary>Verifies the proof of a request, all but its first use. The answer gets the next nonce where the client needs one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="address">Its address, as clients see it.</param>
    /// <param name="accessToken">The access token that it holds, if it is one to a protected API; else null.</param>
    public ProofResult Verify(HttpContext context, string address, string? accessToken)
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

        var (failure, thumbprint, payload) = Check(header, context.Request.Method, address, accessToken);
        if (failure is not null)
        {
            return ProofResult.Invalid(failure);
        }

        if (nonces.IsRequired)
        {
            if (!nonces.IsGood(CompactJws.Text(payload, "nonce"), out var isEnding))
            {
                HandOut(context);
                return new ProofResult(ProofOutcome.NonceNeeded, ProofFailure.Nonce);
            }

            if (isEnding)
            {
                HandOut(context);
            }
        }

        return EndOf(payload) is { } end
            ? new ProofResult(ProofOutcome.Valid, null, thumbprint, KeyOf(thumbprint!, CompactJws.Text(payload, "jti")!), end)
            : ProofResult.Invalid(ProofFailure.Clock);
    }

    /// <summary>Whether a valid proof was used before. It remembers nothing: the rest of the request may not fit.</summary>
    public ValueTask<bool> IsUsedAsync(ProofResult proof, CancellationToken cancellationToken) => replays.ContainsAsync(proof.ReplayKey, cancellationToken);

    /// <summary>Uses a valid proof up; false if that has happened before. Only for requests of which everything else fits.</summary>
    public ValueTask<bool> TryUseAsync(ProofResult proof, CancellationToken cancellationToken) =>
        replays.TryAddAsync(proof.ReplayKey, proof.ForgetAt, cancellationToken);

    private (string? Failure, string? Thumbprint, JsonElement Payload) Check(
        IReadOnlyList<string?> header, string method, string address, string? accessToken)
    {
        if (header is not [{ Length: > 0 and <= LongestProof } text] || CompactJws.Parse(text) is not { } proof || CompactJws.Text(proof.Header, "typ") != Type)
        {
            return (ProofFailure.Form, null, default);
        }

        if (proof.Algorithm is not { } algorithm
            || !_algorithms.Contains(algorithm)
            || !proof.Header.TryGetProperty("jwk", out var key)
            || ProofKey.Thumbprint(key) is not { } thumbprint)
        {
            return (ProofFailure.Key, null, default);
        }

        var payload = proof.Payload;
        var failure = !JsonWebKeys.Verify(key, proof) ? ProofFailure.Signature
            : CompactJws.Text(payload, "htm") != method ? ProofFailure.Method
            : CompactJws.Text(payload, "htu") is not { } named || !RequestAddress.IsSame(named, address) ? ProofFailure.Address
            : accessToken is not null && CompactJws.Text(payload, "ath") != HashOf(accessToken) ? ProofFailure.AccessToken
            : CompactJws.Text(payload, "jti") is not { Length: > 0 and <= LongestId } ? ProofFailure.Id
            : Number(payload, "iat") is null || !IsInTime(payload) ? ProofFailure.Clock
            : null;
        return (failure, thumbprint, payload);
    }

    /// <summary>Whether <c>exp</c> and <c>nbf</c>, which a proof need not have, allow to use it now (RFC 7519 section 4.1).</summary>
    private bool IsInTime(JsonElement payload)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        return (!payload.TryGetProperty("exp", out _) || Number(payload, "exp") > now)
            && (!payload.TryGetProperty("nbf", out _) || Number(payload, "nbf") <= now + _future);
    }

    /// <summary>Until when the proof would be accepted, and so must be remembered; null if it is too old or too new.</summary>
    private DateTimeOffset? EndOf(JsonElement payload)
    {
        var now = time.GetUtcNow();
        if (nonces.IsRequired)
        {
            return now + (3 * nonces.Span); // of the newest nonce, from a node whose clock is ahead
        }

        var age = (now - DateTimeOffset.UnixEpoch).TotalSeconds - Number(payload, "iat")!.Value;
        return age <= _window && age >= -_future
            ? now + TimeSpan.FromSeconds(_window - age) + TimeSpan.FromSeconds(1) // the last instant is inside, and doubles are rounded
            : null;
    }

    private static double? Number(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    private static ReplayKey KeyOf(string thumbprint, string id) => new(ReplayPurpose.DPoPProof, thumbprint, HashOf($"dpop\0{thumbprint}\0{id}"));

    private static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void HandOut(HttpContext context) => context.Response.Headers[NonceHeader] = nonces.Current;
}

/// <summary>What came of a DPoP proof.</summary>
internal enum ProofOutcome
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is none, is not for this request, is too old, or was used before.</summary>
    Invalid,

    /// <summary>It holds no nonce, or one that is over.</summary>
    NonceNeeded,

    /// <summary>It proves its key.</summary>
    Valid,
}

/// <summary>Which check a proof failed: what developers read, and the reason in logs and metrics.</summary>
internal static class ProofFailure
{
    public const string Form = "form";
    public const string Key = "key";
    public const string Signature = "signature";
    public const string Method = "htm";
    public const string Address = "htu";
    public const string AccessToken = "ath";
    public const string Id = "jti";
    public const string Clock = "clock";
    public const string Nonce = "nonce";
    public const string Replay = "replay";
}

/// <summary>What came of a DPoP proof.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Failure">The check that failed, if one did.</param>
/// <param name="Thumbprint">The key's (<c>jkt</c>), if the proof is valid; else null.</param>
/// <param name="ReplayKey">What is remembered of it.</param>
/// <param name="ForgetAt">How long.</param>
internal readonly record struct ProofResult(
    ProofOutcome Outcome, string? Failure = null, string? Thumbprint = null, ReplayKey ReplayKey = default, DateTimeOffset ForgetAt = default)
{
    public static ProofResult Invalid(string failure) => new(ProofOutcome.Invalid, failure);
}

/// <summary>The public key in the header of a proof. It comes from a stranger: its size is bounded before anybody computes with it.</summary>
internal static class ProofKey
{
    private const int LargestModulus = 8192 / 8;
    private const int LargestExponent = 8;

    /// <summary>What only a private or a shared key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).</summary>
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>The thumbprint (RFC 7638) of a public key; null if this is none that proofs are verified with.</summary>
    public static string? Thumbprint(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || Array.Exists(PrivateMembers, member => key.TryGetProperty(member, out _)))
        {
            return null;
        }

        // The members that make the key, in the order of their names, without a space.
        return CompactJws.Text(key, "kty") switch
        {
            "EC" when Number(key, "x", 32) is { } x && Number(key, "y", 32) is { } y && CompactJws.Text(key, "crv") == "P-256" =>
                Hash($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""),
            "RSA" when Number(key, "n", LargestModulus) is { } n && Number(key, "e", LargestExponent) is { } e =>
                Hash($$"""{"e":"{{e}}","kty":"RSA","n":"{{n}}"}"""),
            _ => null,
        };
    }

    /// <summary>A number in its one right spelling: another would be the same key under another thumbprint.</summary>
    private static string? Number(JsonElement key, string name, int largest) =>
        CompactJws.Text(key, name) is { } text
        && text.Length <= Base64Url.GetEncodedLength(largest)
        && CompactJws.Decode(text) is { } bytes
        && Base64Url.EncodeToString(bytes) == text
            ? text
            : null;

    private static string Hash(string json) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(json)));
}
