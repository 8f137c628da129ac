using AuthorizationServer.Accounts;
using AuthorizationServer.Setup;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Flows.LogOut;

/// <summary>A request to sign the user out, whose address to return to is the client's own.</summary>
internal sealed record LogoutRequest(ClientSettings? Client, string? ReturnTo, string? State, IdTokenHint? Hint)
{
    /// <summary>Where the browser continues.</summary>
    public string Target => ReturnTo is null ? "/"
        : State is null ? ReturnTo
        : QueryHelpers.AddQueryString(ReturnTo, "state", State);

    /// <summary>Whether the client sent an ID token of this session. No other site has one.</summary>
    public bool Hints(Session session) => Hint is { } hint && hint.SessionId == session.Id && hint.Subject == session.Subject;
}
