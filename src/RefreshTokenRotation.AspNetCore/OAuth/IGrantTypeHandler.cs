namespace RefreshTokenRotation.AspNetCore;

/// <summary>
/// A further grant at the token endpoint: <c>authorization_code</c>, <c>password</c>, <c>urn:ietf:params:oauth:grant-type:device_code</c> or the
/// host's own. The endpoint has parsed the request and authenticated the client, and issues the tokens; the grant says for whom. It
/// may be scoped: it then comes from the scope of the request.
/// </summary>
public interface IGrantTypeHandler
{
    /// <summary>The value of <c>grant_type</c>, compared exactly. It is always the same.</summary>
    string GrantType { get; }

    /// <summary>Decides over a request. It must consume nothing: what is used up belongs into <see cref="GrantTypeResult.Granted.RedeemAsync"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>For whom and for what, or the error.</returns>
    ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken);
}
