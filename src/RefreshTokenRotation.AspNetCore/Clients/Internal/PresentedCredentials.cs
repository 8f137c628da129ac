using System.Buffers.Text;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>How a request says who calls (RFC 6749 section 2.3): by the header, by the body, by an assertion, or by a mere <c>client_id</c>.</summary>
/// <param name="ClientId">The client; null if the request names none.</param>
/// <param name="Secret">The secret; null if there is none.</param>
/// <param name="Assertion">The assertion (RFC 7521 section 4.2); null if there is none.</param>
/// <param name="ByHeader">Whether the header was used, so that a failure is answered with a challenge.</param>
internal readonly record struct PresentedCredentials(string? ClientId, string? Secret, string? Assertion, bool ByHeader)
{
    private const string Scheme = "Basic ";
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    public static OAuthError? Read(OAuthRequest request, out PresentedCredentials credentials)
    {
        var parameters = request.Parameters;
        var clientId = parameters[ParameterNames.ClientId];
        var secret = parameters[ParameterNames.ClientSecret];
        var assertion = parameters[ParameterNames.ClientAssertion];
        var assertionType = parameters[ParameterNames.ClientAssertionType];
        credentials = new PresentedCredentials(clientId, secret, assertion, ByHeader: false);

        var authorization = request.Context.Request.Headers.Authorization;
        if (authorization.Count > 0)
        {
            if (secret is not null || assertion is not null)
            {
                return OAuthError.SeveralAuthentications;
            }

            if (authorization is not [{ } header] || !TryReadBasic(header, out var id, out var password))
            {
                return OAuthError.ClientChallenged;
            }

            credentials = new PresentedCredentials(id, password.Length == 0 ? null : password, null, ByHeader: true);
            return clientId is null || clientId == id ? null : OAuthError.ClientIdsDiffer;
        }

        if ((assertion is null) != (assertionType is null))
        {
            return OAuthError.AssertionIncomplete;
        }

        return assertion is null ? null
            : secret is not null ? OAuthError.SeveralAuthentications
            : assertionType == AssertionType ? null
            : OAuthError.ClientInvalid;
    }

    /// <summary>Shows nothing: a secret may be in it.</summary>
    public override string ToString() => nameof(PresentedCredentials);

    /// <summary>Id and secret are form-encoded inside the base64 (RFC 6749 section 2.3.1).</summary>
    private static bool TryReadBasic(string header, out string clientId, out string secret)
    {
        (clientId, secret) = (string.Empty, string.Empty);
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

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

        clientId = FormBody.Decode(pair[..colon]);
        secret = FormBody.Decode(pair[(colon + 1)..]);
        pair.Clear();
        return true;
    }
}
