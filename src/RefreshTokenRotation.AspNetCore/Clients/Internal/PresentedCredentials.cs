using System.Buffers.Text;
using System.Text;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>How a request identifies its client (RFC 6749 section 2.3): by the header, the body, an assertion, or just a <c>client_id</c>.</summary>
/// <param name="ClientId">The client; null if the request names none.</param>
/// <param name="Secret">The secret; null if there is none.</param>
/// <param name="Assertion">The assertion (RFC 7521 section 4.2); null if there is none.</param>
/// <param name="ByHeader">Whether the header was used, so that a failure gets a challenge.</param>
/// <param name="Raw">The undecoded pair of the header, if decoding changes it: many clients do not encode it. Otherwise null.</param>
internal readonly record struct PresentedCredentials(
    string? ClientId, string? Secret, string? Assertion, bool ByHeader, (string ClientId, string? Secret)? Raw = null)
{
    private const string Scheme = "Basic";

    public static OAuthError? Read(OAuthRequest request, out PresentedCredentials credentials)
    {
        var parameters = request.Parameters;
        var clientId = parameters[ParameterNames.ClientId];
        var secret = parameters[ParameterNames.ClientSecret];
        var assertion = parameters[ParameterNames.ClientAssertion];
        var assertionType = parameters[ParameterNames.ClientAssertionType];
        credentials = new PresentedCredentials(clientId, secret, assertion, ByHeader: false);

        // Another scheme is not client authentication: interceptors put the old access token on every request.
        var authorization = request.Context.Request.Headers.Authorization;
        if (authorization.Any(IsBasic))
        {
            if (secret is not null || assertion is not null)
            {
                return OAuthError.SeveralAuthentications;
            }

            if (authorization is not [{ } header] || !TryReadBasic(header, out var decoded, out var raw))
            {
                return OAuthError.ClientChallenged;
            }

            if (clientId is not null && clientId != decoded.ClientId)
            {
                if (clientId != raw?.ClientId)
                {
                    return OAuthError.ClientIdsDiffer;
                }

                (decoded, raw) = (raw.Value, null);
            }

            credentials = new PresentedCredentials(decoded.ClientId, decoded.Secret, null, ByHeader: true, raw);
            return null;
        }

        if ((assertion is null) != (assertionType is null))
        {
            return OAuthError.AssertionIncomplete;
        }

        return assertion is null ? null
            : secret is not null ? OAuthError.SeveralAuthentications
            : assertionType == ClientAssertionVerifier.AssertionType ? null
            : OAuthError.ClientInvalid;
    }

    /// <summary>Shows nothing: a secret may be in it.</summary>
    public override string ToString() => nameof(PresentedCredentials);

    private static bool IsBasic(string? header) =>
        header is not null
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && (header.Length == Scheme.Length || header[Scheme.Length] == ' ');

    /// <summary>Id and secret are form-encoded inside the base64 (RFC 6749 section 2.3.1).</summary>
    private static bool TryReadBasic(string header, out (string ClientId, string? Secret) decoded, out (string ClientId, string? Secret)? raw)
    {
        (decoded, raw) = ((string.Empty, null), null);
        var encoded = header.AsSpan(Scheme.Length).Trim();
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length) + 3];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length))
        {
            return false;
        }

        var pair = bytes.AsSpan(0, length);
        var colon = pair.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        var id = pair[..colon];
        var secret = pair[(colon + 1)..];
        decoded = (FormBody.Decode(id), OrNull(FormBody.Decode(secret)));
        var asIs = (Encoding.UTF8.GetString(id), OrNull(Encoding.UTF8.GetString(secret)));
        raw = asIs == decoded ? null : asIs;
        pair.Clear();
        return true;
    }

    private static string? OrNull(string secret) => secret.Length == 0 ? null : secret;
}
