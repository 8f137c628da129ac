namespace RefreshTokenRotation.AspNetCore;

/// <summary>The decision of an <see cref="IGrantTypeHandler"/>.</summary>
public abstract record GrantTypeResult
{
    private GrantTypeResult()
    {
    }

    /// <summary>The tokens may be issued. A refresh token is among them if the scope contains <c>offline_access</c> and every resource server
    /// allows it.</summary>
    public sealed record Granted : GrantTypeResult
    {
        /// <summary>The user (<c>sub</c>).</summary>
        public required string Subject { get; init; }

        /// <summary>The granted scope. Scopes of which no granted API knows (<see cref="OAuthApi.Scopes"/>) are left out. Default: none.</summary>
        public IReadOnlyList<string> Scopes { get; init; } = [];

        /// <summary>The granted resource servers. Default: none.</summary>
        public IReadOnlyList<string> Resources { get; init; } = [];

        /// <summary>The code or log-in that this came from (<see cref="IssueRequest.AuthorizationId"/>): an id, not the code. Default: none.</summary>
        public string? AuthorizationId { get; init; }

        /// <summary>The user's session at the host (<c>sid</c>). Default: none.</summary>
        public string? SessionId { get; init; }

        /// <summary>When the user authenticated. Default: not known.</summary>
        public DateTimeOffset? AuthenticationTime { get; init; }

        /// <summary>The authentication context class. Default: not known.</summary>
        public string? Acr { get; init; }

        /// <summary>The authentication methods. Default: not known.</summary>
        public IReadOnlyList<string> Amr { get; init; } = [];

        /// <summary>The nonce of the authorization request, for the ID token. Default: none.</summary>
        public string? Nonce { get; init; }

        /// <summary>The name of the device, for lists. Default: not known.</summary>
        public string? DeviceName { get; init; }

        /// <summary>The host's own data for the family. Default: none.</summary>
        public IReadOnlyDictionary<string, string>? Metadata { get; init; }

        /// <summary>
        /// Consumes what was presented, such as a code, in one atomic step. It runs after the tokens are made and the family is stored, before
        /// the response is sent, so that a signer or a store that fails consumes nothing. Return false if it was used before: this family and
        /// every other with the same <see cref="AuthorizationId"/> end (RFC 6749 section 4.1.2), and the response is <c>invalid_grant</c>. Default: nothing is consumed.
        /// </summary>
        public Func<CancellationToken, ValueTask<bool>>? RedeemAsync { get; init; }

        /// <summary>Shows neither user nor session.</summary>
        /// <returns>The kind of the result.</returns>
        public override string ToString() => nameof(Granted);
    }

    /// <summary>The request is rejected.</summary>
    /// <param name="Error">The error code (RFC 6749 section 5.2), such as <c>invalid_grant</c> or <c>authorization_pending</c>.</param>
    /// <param name="Description">A text for developers: printable ASCII without <c>"</c> and <c>\</c>. Default: none.</param>
    /// <param name="StatusCode">The status. Default: 400.</param>
    public sealed record Rejected(string Error, string? Description = null, int StatusCode = 400) : GrantTypeResult;
}
