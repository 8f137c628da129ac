using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.Client.Tests.Snippets;

// snippet: user
internal sealed class UserSession(IHttpContextAccessor http) : ITokenSessionAccessor
{
    public const string ClaimType = "token_session";

    public static readonly AsyncLocal<ClaimsPrincipal?> CircuitUser = new();

    public string? GetSessionId(string clientName) =>
        (CircuitUser.Value ?? http.HttpContext?.User)?.FindFirst(ClaimType)?.Value;

    // Call it where the log-in has succeeded, such as OnTokenValidated of OpenID Connect, with SaveTokens off: the cookie holds an id, and no token.
    public static Task BeginAsync(RefreshTokenClient client, ClaimsIdentity identity, TokenSet tokens)
    {
        var session = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        identity.AddClaim(new Claim(ClaimType, session));
        return client.SignInAsync(tokens, session);
    }
}

// Blazor Server: a circuit has no HttpContext. Register it as a scoped CircuitHandler.
internal sealed class CircuitSession(AuthenticationStateProvider authentication) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        UserSession.CircuitUser.Value = (await authentication.GetAuthenticationStateAsync()).User;
        await next(context);
    };
}
// end-snippet
