using AuthorizationServer.Setup;

namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>A valid request at <c>/authorize</c>.</summary>
internal sealed record AuthorizeRequest(ClientSettings Client, AuthorizeAnswer Answer, RequestParameters Parameters)
{
    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }

    public required IReadOnlyList<string> Prompts { get; init; }

    public required TimeSpan? MaximumAge { get; init; }

    public string? CodeChallenge => Parameters["code_challenge"];

    public string? Nonce => Parameters["nonce"];

    public string? LoginHint => Parameters["login_hint"];

    /// <summary>Whether nothing may be shown (<c>prompt=none</c>).</summary>
    public bool IsSilent => Prompts.Contains("none");

    public bool AsksForLogin => Prompts.Contains("login") || Prompts.Contains("select_account");

    /// <summary>Whether this user must be asked now, whatever the user allowed before. Nobody knows which app a private-use scheme leads to (RFC 8252 section 8.6).</summary>
    public bool AsksForConsent => Prompts.Contains("consent") || Addresses.IsPrivateScheme(Answer.RedirectUri);

    /// <summary>Where the browser continues after the sign-in: this request, without the parameters that asked for it. The client sees
    /// by <c>auth_time</c> whether there was one.</summary>
    public string AddressAfterLogin => Address(["login", "select_account"], "max_age");

    /// <summary>Where the browser continues after the user has allowed the client.</summary>
    public string AddressAfterConsent => Address(["consent"]);

    private string Address(string[] answeredPrompts, params string[] answered) =>
        AuthorizeEndpoint.Path + Parameters.ToQuery(
        [
            new("prompt", string.Join(' ', Prompts.Except(answeredPrompts))),
            .. answered.Select(name => new KeyValuePair<string, string?>(name, null)),
        ]);
}
