using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using RefreshTokenRotation.Storage;

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

    /// <summary>The algorithms that proofs may be signed with.</summary>
    public IReadOnlyList<string> Algorithms { get; } = [.. options.Value.SigningAlgorithms];

    public static bool ArePresent(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <summary>Verifies the proof of a request, but does not use it up. The response carries the next nonce if the client needs one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="address">Its address, as clients see it.</param>
    /// <param name="accessToken">The access token of a request to a protected API; null at the token endpoint.</param>
    public ProofResult Verify(HttpContext context, string address, string? accessToken)
    {
        var header = context.Request.Headers[Header];
        if (header.Count == 0)
        {
            if (nonces.IsRequired)
            {
                HandOut(context);
            }

            return default;
        }

        var (failure, thumbprint, payload) = Check(header, context.Request.Method, address, accessToken);
        if (failure is not null)
        {
            return new ProofResult(failure);
        }

        if (nonces.IsRequired)
        {
            var isGood = nonces.IsGood(CompactJws.Text(payload, "nonce"), out var isEnding);
            if (!isGood || isEnding)
            {
                HandOut(context);
            }

            if (!isGood)
            {
                return new ProofResult(ProofFailure.Nonce);
            }
        }

        return EndOf(payload) is { } end
            ? new ProofResult(null, thumbprint, KeyOf(thumbprint!, CompactJws.Text(payload, "jti")!), end)
            : new ProofResult(ProofFailure.Clock);
    }

    /// <summary>Whether a valid proof was used before. It remembers nothing: the rest of the request may be invalid.</summary>
    public ValueTask<bool> IsUsedAsync(ProofResult proof, CancellationToken cancellationToken) => replays.ContainsAsync(proof.ReplayKey, cancellationToken);

    /// <summary>Uses up a valid proof; false if it was used before. Only for requests that are otherwise valid.</summary>
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
            || !proof.Header.TryGetProperty("jwk", out var sent)
            || ProofKey.Read(sent) is not { } key)
        {
            return (ProofFailure.Key, null, default);
        }

        var payload = proof.Payload;
        var failure = !JsonWebKeys.Verify(key, proof) ? ProofFailure.Signature
            : CompactJws.Text(payload, "htm") != method ? ProofFailure.Method
            : CompactJws.Text(payload, "htu") is not { } named || !RequestAddress.IsSame(named, address) ? ProofFailure.Address
            : accessToken is not null && CompactJws.Text(payload, "ath") != HashOf(accessToken) ? ProofFailure.AccessToken
            : CompactJws.Text(payload, "jti") is not { Length: > 0 and <= LongestId } ? ProofFailure.Id
            : CompactJws.Number(payload, "iat") is null || !IsInTime(payload) ? ProofFailure.Clock
            : null;
        return (failure, ProofKey.Thumbprint(key), payload);
    }

    /// <summary>Whether <c>exp</c> and <c>nbf</c>, which a proof need not have, allow to use it now (RFC 7519 section 4.1).</summary>
    private bool IsInTime(JsonElement payload)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        return (!payload.TryGetProperty("exp", out _) || CompactJws.Number(payload, "exp") > now)
            && (!payload.TryGetProperty("nbf", out _) || CompactJws.Number(payload, "nbf") <= now + _future);
    }

    /// <summary>Until when the proof would be accepted, and so must be remembered; null if it is too old or too new.</summary>
    private DateTimeOffset? EndOf(JsonElement payload)
    {
        var now = time.GetUtcNow();
        if (nonces.IsRequired)
        {
            return now + (3 * nonces.Span); // of the newest nonce, from a node whose clock is ahead
        }

        var age = (now - DateTimeOffset.UnixEpoch).TotalSeconds - CompactJws.Number(payload, "iat")!.Value;
        return age <= _window && age >= -_future
            ? now + TimeSpan.FromSeconds(_window - age) + TimeSpan.FromSeconds(1) // the last instant is inside, and doubles are rounded
            : null;
    }

    private static ReplayKey KeyOf(string thumbprint, string id) => new(ReplayPurpose.DPoPProof, thumbprint, HashOf($"dpop\0{thumbprint}\0{id}"));

    private static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void HandOut(HttpContext context) => context.Response.Headers[NonceHeader] = nonces.Current;
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
    public const string Nonce = "nonce"; // it has none, or one that has expired
    public const string Replay = "replay";
}

/// <summary>The result of verifying a DPoP proof; empty if the request has none. So no <see cref="Failure"/> does not mean a valid proof: ask
/// <see cref="IsValid"/>.</summary>
/// <param name="Failure">The check that failed, if one did.</param>
/// <param name="Thumbprint">The key's (<c>jkt</c>), if the proof is valid; else null.</param>
/// <param name="ReplayKey">What is remembered of it.</param>
/// <param name="ForgetAt">Until when.</param>
internal readonly record struct ProofResult(string? Failure, string? Thumbprint = null, ReplayKey ReplayKey = default, DateTimeOffset ForgetAt = default)
{
    [MemberNotNullWhen(true, nameof(Thumbprint))]
    public bool IsValid => Thumbprint is not null;
}

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

/// <summary>Compares the address that a proof names with that of the request (RFC 9449 section 4.3), by the rules of RFC 3986 sections 6.2.2 and
/// 6.2.3: case of scheme and host, the default port, percent-encoding, dot segments. Query and fragment are ignored.</summary>
internal static class RequestAddress
{
    private const int LongestAddress = 2048;

    public static bool IsSame(string named, string requested) =>
        named.Length <= LongestAddress && Normalize(named) is { } left && Normalize(requested) is { } right && left == right;

    private static (string Origin, string Path)? Normalize(string text) =>
        text.AsSpan().ContainsAnyExceptInRange('!', '~')
        || text.Contains('\\', StringComparison.Ordinal)
        || !Uri.TryCreate(text, UriKind.Absolute, out var address)
        || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
        || address.UserInfo.Length > 0
            ? null
            : (address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), Unescape(address.AbsolutePath));

    /// <summary>The framework decodes a path before it is routed, all but its slashes.</summary>
    private static string Unescape(string path) =>
        Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class DPoPOptionsValidator : IValidateOptions<DPoPOptions>
{
    private const int ShortestKey = 32;

    public ValidateOptionsResult Validate(string? name, DPoPOptions options)
    {
        var failures = new List<string>();
        failures.Require(
            options.SigningAlgorithms.Count > 0 && options.SigningAlgorithms.All(JsonWebKeys.Algorithms.Contains),
            $"SigningAlgorithms ('{string.Join(' ', options.SigningAlgorithms)}') must be some of {string.Join(", ", JsonWebKeys.Algorithms)}.");
        failures.RequireBetween(nameof(options.ProofWindow), options.ProofWindow, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        failures.Require(
            options.FutureTolerance >= TimeSpan.Zero && options.FutureTolerance <= options.ProofWindow,
            $"FutureTolerance ({options.FutureTolerance}) must be between {TimeSpan.Zero} and ProofWindow ({options.ProofWindow}).");
        Syntax.CheckResourceMetadata(options.ResourceMetadata, failures);
        failures.RequireBetween(nameof(options.NonceLifetime), options.NonceLifetime, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        failures.Require(
            options.NonceKey.Length is 0 or >= ShortestKey, $"NonceKey ({options.NonceKey.Length} bytes) must be empty or at least {ShortestKey} bytes.");
        failures.Require(
            options.ResourceOrigin is not { } origin || Syntax.IsOrigin(origin),
            $"ResourceOrigin ('{options.ResourceOrigin}') must be scheme, host and port in lower case, such as https://api.example.");
        return failures.ToResult();
    }
}
